// Command server compares examples/server with servers in Python that answer by PyTorch and JAX:
// how long an answer takes, and how many there are in a second. `make bench-server` builds what it
// needs and runs it. It prints a table in Markdown.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

func main() {
	log.SetFlags(0)
	simd := flag.String("simd", "", "`path` of examples/server, built with GOEXPERIMENT=simd")
	plain := flag.String("plain", "", "`path` of examples/server, built without")
	xla := flag.String("xla", "", "`path` of examples/server, built with XLA")
	python := flag.String("python", "", "`path` of a Python with PyTorch and JAX")
	seconds := flag.Float64("seconds", 2, "`seconds` for each server, load and round")
	rounds := flag.Int("rounds", 3, "`number` of rounds in which the servers take turns")
	flag.Parse()
	var servers []*server
	err := withModel(func(folder string) (err error) {
		const script = "benchmarks/peers/server.py"
		ours := []string{"-address", "ADDRESS", folder}
		for _, s := range []*server{
			{name: "pure Go, GOEXPERIMENT=simd", path: *simd, engine: "go", args: ours},
			{name: "pure Go", path: *plain, engine: "go", args: ours},
			{name: "Go with XLA", path: *xla, engine: "xla", args: ours},
			{name: "PyTorch", path: *python, args: []string{script, "torch", "PORT"}},
			{name: "JAX", path: *python, args: []string{script, "jax", "PORT"}},
		} {
			if s.path == "" {
				continue
			}
			stop, err := s.start()
			if err != nil {
				return err
			}
			defer stop()
			servers = append(servers, s)
		}
		return measure(servers, *rounds, time.Duration(*seconds*float64(time.Second)))
	})
	if err != nil {
		log.Fatal(err)
	}
	printTable(servers)
}

// withModel calls use with the folder of a model with the tutorial's network, of two training
// steps: answers take as long as those of a model that is trained well.
func withModel(use func(folder string) error) error {
	folder, err := os.MkdirTemp("", "server")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	model, err := meanflow.Train(context.Background(), meanflow.Config{
		Data: datasets.Checkerboard{}, Epochs: 1, BatchesPerEpoch: 2, BatchSize: 64,
	})
	if err != nil {
		return err
	}
	folder = filepath.Join(folder, "model")
	if err := model.Save(folder); err != nil {
		return err
	}
	return use(folder)
}

// server is a server that is measured.
type server struct {
	name, path string
	engine     string   // Of a server in Go.
	args       []string // ADDRESS and PORT are replaced.
	url        string
	version    string            // What a server in Python prints first.
	times      [][]time.Duration // Of the answers to each load.
	seconds    []float64         // Of each load.
}

// start starts the server's process, and waits until it answers.
func (s *server) start() (stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	_, port, _ := strings.Cut(address, ":")
	replace := strings.NewReplacer("ADDRESS", address, "PORT", port)
	var args []string
	for _, arg := range s.args {
		args = append(args, replace.Replace(arg))
	}
	s.url = "http://" + address
	s.times, s.seconds = make([][]time.Duration, len(loads)), make([]float64, len(loads))
	command := exec.Command(s.path, args...)
	command.Env = append(os.Environ(), "GOMLX_BACKEND="+s.engine, "JAX_PLATFORMS=cpu")
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	lines := bufio.NewScanner(output)
	if strings.HasSuffix(args[0], ".py") && lines.Scan() {
		s.version = lines.Text()
	}
	for range 600 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return nil, fmt.Errorf("%s does not answer", s.name)
}

// measure asks all servers in turns.
func measure(servers []*server, rounds int, duration time.Duration) error {
	for round := range rounds + 1 {
		for k, load := range loads {
			for _, s := range servers {
				start := time.Now()
				times, err := load.ask(s.url, duration)
				if err != nil {
					return err
				}
				if round > 0 { // The first round warms up.
					s.times[k] = append(s.times[k], times...)
					s.seconds[k] += time.Since(start).Seconds()
				}
			}
		}
	}
	return nil
}

// printTable prints a row for each server.
func printTable(servers []*server) {
	fmt.Print("| |")
	for _, load := range loads {
		if load.clients == 1 {
			fmt.Printf(" n = %d: p50 / p99 in ms |", load.n)
		} else {
			fmt.Printf(" n = %d, %d clients: answers/s |", load.n, load.clients)
		}
	}
	fmt.Println("\n|---|" + strings.Repeat("---|", len(loads)))
	for _, s := range servers {
		fmt.Printf("| %s |", s.name)
		for k, load := range loads {
			if load.clients == 1 {
				fmt.Printf(" %.2f / %.2f |", quantile(s.times[k], .5), quantile(s.times[k], .99))
			} else {
				fmt.Printf(" %.0f |", float64(len(s.times[k]))/s.seconds[k])
			}
		}
		fmt.Println()
	}
	for _, s := range servers {
		if s.version != "" {
			fmt.Println(s.version)
		}
	}
}
