package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// programs has the source of a function may for each engine that is a module.
//
//go:embed size/*.txt
var programs embed.FS

// Programs that call a function may, which an engine implements.
const (
	smallest = `package main

import "os"

func main() {
	if may(os.Args[0], os.Args[0], os.Args[0]) {
		os.Exit(1)
	}
}
`
	service = `package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Who, What, On string }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			slog.Error("cannot be read", "error", err)
			return
		}
		_ = json.NewEncoder(w).Encode(may(asked.Who, asked.What, asked.On))
	})
	slog.Error("ended", "error", http.ListenAndServe("localhost:8080", nil))
}
`
	without = "func may(who, what, on string) bool { return who == on }\n"
	logs    = "import _ \"log/slog\"\n\n" + without
)

// A weight is what an engine adds to programs.
type weight struct {
	smallest, service int // bytes more
	slog              int // bytes more of the smallest program that imports log/slog, as the library does
	compiled          int // modules in the binary without the engine's own
	sums              int // modules in go.sum without the engine's own
	desk              gain

	symbols, packages []symbol // what the service grows by; of the library only
}

// A gain is the number of bytes that the library adds to the service of size/desk.
type gain struct{ plain, template int }

// ratio returns the gain with text/template relative to the gain without. Because
// text/template looks up methods by name, the linker keeps all methods of values in
// interfaces.
func (g gain) ratio() float64 { return float64(g.template) / float64(g.plain) }

// weigh builds the programs with and without the engine and returns the differences.
func weigh(name, module string) (w weight, err error) {
	dir, err := os.MkdirTemp("", "deskpolicy-size-")
	if err != nil {
		return w, err
	}
	defer os.RemoveAll(dir)
	if err := writePrograms(dir, name); err != nil {
		return w, err
	}
	if err := copyModule(dir); err != nil {
		return w, err
	}
	for grown, program := range map[*int][2]string{
		&w.smallest: {"smallest", "with"},
		&w.slog:     {"smallest", "slog"},
		&w.service:  {"service", "with"},
	} {
		if *grown, err = grows(dir, program[0], program[1]); err != nil {
			return w, err
		}
	}
	if w.compiled, err = modulesIn(dir, "smallest", module); err != nil {
		return w, err
	}
	if w.sums, err = sumsIn(dir, module); err != nil || name != makers[0].name {
		return w, err
	}
	if w.symbols, w.packages, err = growth(dir); err != nil {
		return w, err
	}
	w.desk, err = weighDesk(dir)
	return w, err
}

// writePrograms writes the sources of the programs with and without the engine.
func writePrograms(dir, name string) error {
	with, err := programs.ReadFile("size/" + name + ".txt")
	if err != nil {
		return err
	}
	for path, text := range map[string]string{
		"smallest/with/main.go": smallest, "smallest/with/may.go": "package main\n\n" + string(with),
		"smallest/without/main.go": smallest, "smallest/without/may.go": "package main\n\n" + without,
		"smallest/slog/main.go": smallest, "smallest/slog/may.go": "package main\n\n" + logs,
		"service/with/main.go": service, "service/with/may.go": "package main\n\n" + string(with),
		"service/without/main.go": service, "service/without/may.go": "package main\n\n" + without,
	} {
		if err := write(filepath.Join(dir, path), text); err != nil {
			return err
		}
	}
	return nil
}

// weighDesk builds the service of size/desk in its four variants.
func weighDesk(dir string) (g gain, err error) {
	for grown, tag := range map[*int]string{&g.plain: "plain", &g.template: "template"} {
		without, err := built(".", "./size/desk", filepath.Join(dir, "desk"), "-tags", tag+",without")
		if err != nil {
			return g, err
		}
		with, err := built(".", "./size/desk", filepath.Join(dir, "desk"), "-tags", tag)
		if err != nil {
			return g, err
		}
		*grown = with - without
	}
	return g, nil
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// copyModule writes a go.mod to the directory that requires the same versions as this module.
func copyModule(dir string) error {
	core, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte("=> ../"), []byte("=> "+core))
		text = bytes.Replace(text, []byte("module github.com/deskpolicy/deskpolicy/bench"), []byte("module example.com/size"), 1)
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	_, err = goTool(dir, "mod", "tidy")
	return err
}

// grows returns the number of bytes by which the variant of the program is larger.
func grows(dir, program, with string) (int, error) {
	var sizes [2]int
	for i, variant := range []string{"without", with} {
		var err error
		if sizes[i], err = built(dir, "./"+program+"/"+variant, filepath.Join(dir, program, variant, "program")); err != nil {
			return 0, err
		}
	}
	return sizes[1] - sizes[0], nil
}

// built builds the package and returns the binary's size.
func built(dir, pkg, binary string, flags ...string) (int, error) {
	if _, err := goTool(dir, slices.Concat([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", binary}, flags, []string{pkg})...); err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return int(info.Size()), nil
}

// modulesIn returns the number of modules in the program, without its own and the engine's.
func modulesIn(dir, program, own string) (n int, err error) {
	text, err := goTool(dir, "version", "-m", filepath.Join(dir, program, "with", "program"))
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "dep" && fields[1] != own {
			n++
		}
	}
	return n, err
}

// sumsIn returns the number of modules in go.sum, without the engine's.
func sumsIn(dir, own string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	modules := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		modules[strings.Fields(line)[0]] = true
	}
	delete(modules, own)
	return len(modules), err
}

// goTool runs the go command and returns what it prints.
func goTool(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out), nil
}

// weighed reports whether the engine has a program.
func weighed(name string) bool {
	_, err := fs.Stat(programs, "size/"+name+".txt")
	return err == nil
}
