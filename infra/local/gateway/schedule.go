package gateway

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// schedule calls a function at a rate.
type schedule struct {
	source
	every time.Duration
}

func (s source) schedule() (runner, error) {
	expression := cmp.Or(s.ScheduleExpression, s.Schedule)
	var many int
	var unit string
	if _, err := fmt.Sscanf(expression, "rate(%d %s", &many, &unit); err != nil || many < 1 {
		return nil, fmt.Errorf("the schedule %s does not run on one machine: only rate(...) does", expression)
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	every, ok := units[strings.TrimSuffix(strings.TrimSuffix(unit, ")"), "s")]
	if !ok {
		return nil, fmt.Errorf("the schedule %s counts in no known unit", expression)
	}
	s.Input = cmp.Or(s.Input, "{}")
	return &schedule{s, time.Duration(many) * every}, nil
}

func (s *schedule) run(soft, hard context.Context) {
	for rest(soft, s.every) {
		s.invoke(hard, s.function, []byte(s.Input)) // its failure is in the function's log, the next turn comes
	}
}
