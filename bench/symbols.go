package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A symbol is part of a binary, and the bytes by which it is larger with the library than without.
type symbol struct {
	name  string
	bytes int
}

// symbolsShown is how many packages and how many symbols the report shows.
const symbolsShown = 12

// growth returns what the service has more with the engine, by symbol and by package, the most
// first. It builds both with their symbols.
func growth(dir string) (bySymbol, byPackage []symbol, err error) {
	var sizes [2]map[string]int
	for i, variant := range []string{"without", "with"} {
		binary := filepath.Join(dir, "symbols-"+variant)
		if _, err := goTool(dir, "build", "-trimpath", "-o", binary, "./service/"+variant); err != nil {
			return nil, nil, err
		}
		if sizes[i], err = symbolsIn(binary); err != nil {
			return nil, nil, err
		}
	}
	symbols, packages := make(map[string]int), make(map[string]int)
	for name := range maps.Keys(sizes[1]) {
		if grown := sizes[1][name] - sizes[0][name]; grown != 0 {
			symbols[name] = grown
			packages[packageOf(name)] += grown
		}
	}
	return most(symbols), most(packages), nil
}

// symbolsIn returns the size of each symbol in the binary that takes space in the file.
func symbolsIn(binary string) (map[string]int, error) {
	text, err := goTool(filepath.Dir(binary), "tool", "nm", "-size", binary)
	if err != nil {
		return nil, err
	}
	sizes := make(map[string]int)
	for line := range strings.Lines(text) { // address, size, kind, name
		fields := strings.Fields(line)
		if len(fields) < 4 || strings.EqualFold(fields[2], "b") {
			continue
		}
		size, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("go tool nm %s: %w", binary, err)
		}
		sizes[strings.Join(fields[3:], " ")] += size
	}
	return sizes, nil
}

// packageOf returns the path of the package in a symbol's name, such as "slices".
func packageOf(name string) string {
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "type:.eq."), "[")
	directory := strings.LastIndexByte(name, '/') + 1
	last, _, found := strings.Cut(name[directory:], ".")
	if !found {
		return "the linker's tables"
	}
	return name[:directory] + last
}

// most returns the symbols with the most bytes, and last the sum of all others.
func most(sizes map[string]int) []symbol {
	all, rest := make([]symbol, 0, len(sizes)), 0
	for name, bytes := range sizes {
		all = append(all, symbol{name, bytes})
	}
	slices.SortFunc(all, func(a, b symbol) int { return cmp.Or(b.bytes-a.bytes, cmp.Compare(a.name, b.name)) })
	shown := min(len(all), symbolsShown)
	for _, s := range all[shown:] {
		rest += s.bytes
	}
	return append(all[:shown:shown], symbol{fmt.Sprintf("%d others", len(all)-shown), rest})
}
