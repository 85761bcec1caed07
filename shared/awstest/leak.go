package awstest

import (
	"bytes"
	"fmt"
	"regexp"
	"sync"
)

// lines gathers what is logged, from many goroutines.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// forbidden is what no log may hold, by what it looks like.
var forbidden = map[string]*regexp.Regexp{
	"an address":           regexp.MustCompile(`[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}`),
	"a token":              regexp.MustCompile(`[A-Za-z0-9_-]{43,}`),
	"a password of a test": regexp.MustCompile(`(?i)sieben äpfel|vier bunte`),
	"a canary":             regexp.MustCompile(`(?i)canary-`),
}

// leak says what was found, without repeating all of it; empty when nothing was.
func (l *lines) leak() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for what, looks := range forbidden {
		if found := looks.Find(l.text.Bytes()); found != nil {
			return fmt.Sprintf("%s was logged, it begins with %.6q: see the output of go test -v", what, found)
		}
	}
	return ""
}
