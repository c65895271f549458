package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A footprint is what an engine takes in a separate process.
type footprint struct {
	Built    time.Duration // the median time to load policy and data
	Heap     int64         // bytes on the heap after a garbage collection
	Resident int64         // bytes by which the process has grown after the questions; 0 if unknown
}

const (
	loads     = 5
	footAsked = 10_000 // questions
)

// measureFootprint runs this command for one engine in a new process.
func measureFootprint(m maker, seed uint64) (f footprint, err error) {
	executable, err := os.Executable()
	if err != nil {
		return f, err
	}
	cmd := exec.Command(executable, "-footprint", m.name, "-seed", fmt.Sprint(seed))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("footprint of %s: %w\n%s", m.name, err, &stderr)
	}
	return f, json.Unmarshal(out, &f)
}

// footprintOf measures the footprint in this process, which must do nothing else.
func footprintOf(m maker, seed uint64) (f footprint, err error) {
	h, err := build(seed)
	if err != nil {
		return f, err
	}
	questions := h.ask(seed, footAsked)[:upTo(m.most, footAsked)]
	heap, rss := settled()
	var l loaded
	var times []time.Duration
	for range loads {
		l = nil
		runtime.GC()
		start := processorTime()
		if l, err = m.load(h); err != nil {
			return f, err
		}
		times = append(times, processorTime()-start)
	}
	slices.Sort(times)
	f.Built = times[len(times)/2]
	after, _ := settled()
	f.Heap = max(0, after-heap)
	e, err := l.prepare(questions)
	if err != nil {
		return f, err
	}
	if err := askSome(e, 0, len(questions)); err != nil {
		return f, err
	}
	if now := resident(); now > 0 {
		f.Resident = max(0, now-rss)
	}
	runtime.KeepAlive(h)
	runtime.KeepAlive(l)
	return f, nil
}

// settled returns the heap size and the resident memory after a garbage collection.
func settled() (heap, rss int64) {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc), resident()
}

// resident returns the resident memory of the process, or 0 on systems without /proc.
func resident() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kB, _ := strconv.ParseInt(fields[1], 10, 64)
			return kB * 1024
		}
	}
	return 0
}
