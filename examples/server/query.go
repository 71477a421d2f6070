package main

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// readQuery sets the fields that the query of a GET request names: n=10&given=species=Gentoo.
func (r *request) readQuery(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return malformed("the query can't be read: %.100v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		texts := values[name]
		switch {
		case kindOf[name] == "":
			return malformed("unknown parameter %.40q: the parameters are %s", name, parameters)
		case name == "given":
			err = r.readGiven(texts)
		case len(texts) > 1:
			err = malformed("%s is set %d times, it must be set once", name, len(texts))
		case !r.set(name, texts[0]):
			err = malformed("%s is %.40q, it must be %s", name, texts[0], kindOf[name])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// set sets the field of a parameter other than given. It reports whether the text is of its kind.
func (r *request) set(name, text string) bool {
	var err error
	switch name {
	case "n":
		r.N, err = strconv.Atoi(text)
	case "steps":
		r.Steps, err = strconv.Atoi(text)
	case "seed":
		*r.Seed, err = strconv.ParseInt(text, 10, 64)
	case "format":
		r.Format = format(text)
	case "guidance":
		r.Guidance, err = strconv.ParseFloat(text, 64)
	case "clip":
		err = json.Unmarshal([]byte(text), &r.Clip)
	}
	return err == nil
}

// readGiven sets what points are generated for, texts such as "species=Gentoo".
func (r *request) readGiven(texts []string) error {
	r.Given = map[string]any{}
	for _, text := range texts {
		name, value, found := strings.Cut(text, "=")
		if _, twice := r.Given[name]; !found || twice {
			return malformed("given is %.40q, it must be name=value, once for each name", text)
		}
		r.Given[name] = value
	}
	return nil
}
