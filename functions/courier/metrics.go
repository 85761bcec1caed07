package main

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// meter counts what happened in one call.
type meter struct {
	mu     sync.Mutex
	counts map[string]int
}

func (m *meter) add(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[name]++
}

// write writes the counts as one line in the embedded metric format, of which CloudWatch makes metrics.
func (m *meter) write(to io.Writer, stage string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.counts) == 0 {
		return
	}
	type metric struct{ Name, Unit string }
	var metrics []metric
	line := map[string]any{"Stage": stage}
	for _, name := range slices.Sorted(maps.Keys(m.counts)) {
		metrics = append(metrics, metric{name, "Count"})
		line[name] = m.counts[name]
	}
	line["_aws"] = map[string]any{
		"Timestamp": now.UnixMilli(),
		"CloudWatchMetrics": []map[string]any{
			{"Namespace": "Vestibule", "Dimensions": [][]string{{"Stage"}}, "Metrics": metrics},
		},
	}
	_ = json.NewEncoder(to).Encode(line) // a count that is lost is no reason to do a letter again
}
