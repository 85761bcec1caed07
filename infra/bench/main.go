package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	bins := os.Args[2:]
	env := []string{"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "PATH=/bin",
	}
	for _, n := range []string{"CLINIC_TABLE", "TEAM_TABLE", "INVITE_TABLE", "SESSION_TABLE", "OUTBOX_TABLE", "AUDIT_TABLE", "ONCE_TABLE", "CODE_KEY", "CHECK_KEY", "LETTER_KEY", "ACCOUNT_TABLE", "LETTERS_QUEUE", "MAIL_CONFIGURATION_SET", "STAGE"} {
		env = append(env, n+"=x")
	}
	env = append(env, "ORIGIN=http://localhost:8080", "MAIL_FROM=a@b.example")
	if g := os.Getenv("G"); g != "" {
		env = append(env, "GOMAXPROCS="+g)
	}
	cpu := map[string][]float64{}
	sch := map[string][]float64{}
	rss := map[string][]float64{}
	rat := map[string][]float64{}
	for range rounds {
		for _, b := range bins {
			c, err := start(b, env)
			if err != nil {
				panic(err)
			}
			u, _ := c.used()
			r, _ := c.resident()
			e := c.end()
			cpu[b] = append(cpu[b], e.Seconds()*1e3)
			sch[b] = append(sch[b], u.Seconds()*1e3)
			rss[b] = append(rss[b], r/1e6)
			i := len(cpu[b]) - 1
			rat[b] = append(rat[b], cpu[b][i]/cpu[bins[0]][i])
		}
	}
	med := func(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
	for _, b := range bins {
		fi, _ := os.Stat(b)
		fmt.Printf("%-22s cpu %.2f sched %.2f ms ratio %.2f  rss %.1f  size %.2f\n", b, med(cpu[b]), med(sch[b]), med(rat[b]), med(rss[b]), float64(fi.Size())/1e6)
	}
	_ = time.Now
}
