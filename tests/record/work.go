// Some work to be profiled by Go's own profiler: goroutines with labels, inlined functions, a generic
// type, allocations and a mutex. go run work.go FOLDER SECONDS leaves cpu.pb.gz and heap.pb.gz there.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

type ring[T any] struct {
	items []T
	at    int
}

func (r *ring[T]) put(item T) {
	r.items[r.at] = item
	r.at = (r.at + 1) % len(r.items)
}

type parser struct {
	mutex sync.Mutex
	sum   int
}

func scale(n int) int { return n*7 + 3 } // inlined

//go:noinline
func (p *parser) digits(n int) int {
	for i := 0; i < 2000; i++ {
		n = scale(n) % 1000003
	}
	return n
}

//go:noinline
func (p *parser) parse(n int) {
	n = p.digits(n)
	p.mutex.Lock()
	p.sum += n
	p.mutex.Unlock()
}

//go:noinline
func keep(kept *ring[[]byte], n int) {
	kept.put(make([]byte, 256+n%64))
}

func work(worker int, until time.Time, p *parser) {
	kept := &ring[[]byte]{items: make([][]byte, 5000)}
	for n := worker; time.Now().Before(until); n++ {
		p.parse(n)
		keep(kept, n)
	}
	runtime.KeepAlive(kept)
}

func main() {
	folder := os.Args[1]
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	must(err)
	runtime.MemProfileRate = 4096
	cpu, err := os.Create(filepath.Join(folder, "cpu.pb.gz"))
	must(err)
	must(pprof.StartCPUProfile(cpu))
	until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	var all sync.WaitGroup
	p := &parser{}
	for i := 0; i < 3; i++ {
		i := i
		all.Add(1)
		go pprof.Do(context.Background(), pprof.Labels("worker", fmt.Sprint(i), "kind", "parse"), func(context.Context) {
			work(i, until, p)
			all.Done()
		})
	}
	all.Wait()
	pprof.StopCPUProfile()
	must(cpu.Close())
	heap, err := os.Create(filepath.Join(folder, "heap.pb.gz"))
	must(err)
	must(pprof.Lookup("heap").WriteTo(heap, 0))
	must(heap.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
