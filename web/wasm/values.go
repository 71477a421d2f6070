//go:build js

package main

import (
	"encoding/binary"
	"math"
	"syscall/js"
)

// number returns a field that is a whole number, 0 if it is missing.
func number(v js.Value, field string) int {
	if f := v.Get(field); f.Type() == js.TypeNumber {
		return f.Int()
	}
	return 0
}

// text returns a field that is a string, "" if it is missing.
func text(v js.Value, field string) string {
	if f := v.Get(field); f.Type() == js.TypeString {
		return f.String()
	}
	return ""
}

// texts returns a field that is an array of strings, nil if it is missing.
func texts(v js.Value, field string) []string {
	f := v.Get(field)
	if !f.Truthy() {
		return nil
	}
	result := make([]string, f.Length())
	for k := range result {
		result[k] = f.Index(k).String()
	}
	return result
}

// array returns strings as an array.
func array(texts []string) []any {
	values := make([]any, len(texts))
	for k, text := range texts {
		values[k] = text
	}
	return values
}

// bytes returns the content of a Uint8Array.
func bytes(v js.Value) []byte {
	content := make([]byte, v.Length())
	js.CopyBytesToGo(content, v)
	return content
}

// byteArray returns a Uint8Array.
func byteArray(content []byte) js.Value {
	v := js.Global().Get("Uint8Array").New(len(content))
	js.CopyBytesToJS(v, content)
	return v
}

// points returns the points [n][dim] in a Float32Array.
func points(v js.Value, dim int) [][]float64 {
	content := bytes(js.Global().Get("Uint8Array").New(
		v.Get("buffer"), v.Get("byteOffset"), v.Get("byteLength")))
	rows := make([][]float64, len(content)/4/dim)
	for i := range rows {
		rows[i] = make([]float64, dim)
		for j := range rows[i] {
			bits := binary.LittleEndian.Uint32(content[4*(i*dim+j):])
			rows[i][j] = float64(math.Float32frombits(bits))
		}
	}
	return rows
}

// flat returns points [n][dim] in a Float32Array.
func flat(points [][]float64) js.Value {
	var content []byte
	for _, point := range points {
		for _, value := range point {
			content = binary.LittleEndian.AppendUint32(content,
				math.Float32bits(float32(value)))
		}
	}
	return js.Global().Get("Float32Array").New(byteArray(content).Get("buffer"))
}
