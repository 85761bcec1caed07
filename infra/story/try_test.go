package story

import (
	"context"
	"testing"
	"time"
	"os"

	"vestibule/infra/demo"
	"vestibule/infra/local/site"
)

func TestTry(t *testing.T) {
	b := time.Now()
	dir := "/tmp/storytry"
	os.RemoveAll(dir)
	s, err := site.Up(context.Background(), site.Options{Root: "../..", Dir: dir, Say: func(x string) { t.Log(time.Since(b), x) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("up", time.Since(b))
	if err := demo.Open(s.AWS, s.Stack.Name).Fill(t.Context(), time.Now()); err != nil {
		t.Error(err)
	}
	t.Log("filled", time.Since(b), s.Origin)
	if os.Getenv("STAY") != "" {
		time.Sleep(20*time.Minute)
	}
	if err := s.Down(); err != nil {
		t.Error(err)
	}
	t.Log("down", time.Since(b))
}
