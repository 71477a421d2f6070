// Command meanflow learns the rows of a table, and generates new rows like them in one step.
//
//	meanflow train penguins.csv -label species
//	meanflow sample penguins-model -given species=Gentoo
//	meanflow report penguins-model
//
// meanflow COMMAND -h lists the options of a command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
)

const usage = `meanflow learns the rows of a table, and generates new rows like them.

  meanflow train FILE    learn the rows of a CSV, NPY or NPZ file; keep the model in a folder
  meanflow sample MODEL  generate rows with the model in a folder or a .safetensors file
  meanflow report DIR    compare generated rows with those of the file

meanflow COMMAND -h lists the options of a command.
`

// command is a subcommand: it defines its options, then runs with one argument, a path.
type command struct {
	argument string // The name of its argument.
	purpose  string
	define   func(flags *flag.FlagSet) (run func(c *console, path string) error)
}

var commands = map[string]command{
	"train": {"FILE", "Train learns the rows of a table.", defineTrain},
	"sample": {"MODEL", "Sample generates rows with the model in a folder or a .safetensors file.",
		defineSample},
	"report": {"DIR", "Report compares generated rows with those of the file.", defineReport},
}

// console is what a command reads and writes.
type console struct {
	ctx            context.Context // Ends at Ctrl-C.
	stdout, stderr io.Writer
}

func main() {
	backend.KeepMemory()
	c := &console{meanflow.UntilInterrupted(), os.Stdout, os.Stderr}
	os.Exit(c.run(os.Args[1:]))
}

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

// run runs the command that the arguments name, and returns the exit status.
func (c *console) run(args []string) int {
	if len(args) == 0 {
		fmt.Fprint(c.stderr, usage)
		return misused
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(c.stdout, usage)
		return succeeded
	}
	chosen, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(c.stderr, "meanflow: there is no command %q\n\n%s", args[0], usage)
		return misused
	}
	path, run, err := chosen.parse(c, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return succeeded
	case err != nil:
		fmt.Fprintf(c.stderr, "meanflow %s: %v\nmeanflow %s -h lists the options.\n",
			args[0], err, args[0])
		return misused
	}
	if err := run(c, path); err != nil {
		fmt.Fprintf(c.stderr, "meanflow %s: %s\n", args[0], explained(err))
		return failed
	}
	return succeeded
}

// parse returns the path among the arguments, which may stand before, between or after the options,
// and the command with its options set.
func (cmd command) parse(
	c *console, args []string,
) (path string, run func(c *console, path string) error, err error) {
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Errors are returned; only -h prints.
	run = cmd.define(flags)
	var paths []string
	for rest := args[1:]; len(rest) > 0; rest = flags.Args() {
		if len(paths) > 0 || len(rest[0]) < 2 || rest[0][0] != '-' { // A single - is a path.
			paths, rest = append(paths, rest[0]), rest[1:]
		}
		if err := flags.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				fmt.Fprintf(c.stdout, "%s\n\n  meanflow %s %s [options]\n\n", cmd.purpose, args[0],
					cmd.argument)
				flags.SetOutput(c.stdout)
				flags.PrintDefaults()
			}
			return "", nil, err
		}
	}
	if len(paths) != 1 {
		return "", nil, fmt.Errorf("there are %d arguments besides the options, it takes one: %s",
			len(paths), cmd.argument)
	}
	return paths[0], run, nil
}
