package site

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"vestibule/infra/local/stack"
)

// logs are the files that functions and the double of AWS write to, anew in each run.
type logs struct {
	dir   string
	mu    sync.Mutex
	files []*os.File
}

func (l *logs) path(function string) string {
	return filepath.Join(l.dir, stack.Folder(function)+".log")
}

func (l *logs) of(function string) io.Writer {
	file, err := l.open(stack.Folder(function))
	if err != nil {
		return os.Stderr // better there than nowhere
	}
	return file
}

func (l *logs) open(name string) (*os.File, error) {
	file, err := os.Create(filepath.Join(l.dir, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("open a log: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files = append(l.files, file)
	return file, nil
}

func (l *logs) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, file := range l.files {
		file.Close()
	}
}
