package story

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/rogpeppe/go-internal/testscript"

	"vestibule/shared/audit"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/invite"
	"vestibule/shared/post/posttest"
	"vestibule/shared/team"
)

// audit writes the practice's record to stdout: who did what, about whom.
func showAudit(ts *testscript.TestScript, _ bool, _ []string) {
	t := ts.Value(taleKey{}).(*tale)
	db := dynamo.Open(t.AWS)
	entries, err := audit.Open(db, t.Stack.Name("AuditTable")).All(t.ctx, t.practice.ID)
	ts.Check(err)
	members, err := team.Open(db, t.Stack.Name("TeamTable")).All(t.ctx, t.practice.ID)
	ts.Check(err)
	names := map[string]string{}
	for _, m := range members {
		names[string(m.ID)] = m.Name
	}
	invites := invite.Open(db, t.Stack.Name("InviteTable"))
	for _, e := range entries {
		if names[e.About] == "" {
			about, err := invites.Get(t.ctx, t.practice.ID, id.InviteID(e.About))
			ts.Check(err)
			names[e.About] = about.Name
		}
		fmt.Fprintf(ts.Stdout(), "%s: %s, %s\n", names[e.Actor], e.Act, names[e.About])
	}
}

// sent writes to stdout every mail that the practice's mailboxes got, mailbox by mailbox.
func showSent(ts *testscript.TestScript, _ bool, _ []string) {
	t := ts.Value(taleKey{}).(*tale)
	at := "@" + domain(t.practice)
	t.Post.Wait()
	all := t.mails(at)
	slices.SortStableFunc(all, func(a, b posttest.Mail) int { return cmp.Compare(a.To[0], b.To[0]) })
	for _, m := range all {
		fmt.Fprintf(ts.Stdout(), "%s: %s\n", strings.TrimSuffix(m.To[0], at), m.Subject)
	}
}

// nowhere SECRET looks for a secret, however its groups are parted, in all mails as they were handed over and as they are read, in all
// logs and in all items of all tables. "! nowhere" finds it in a mail and in a table, to show that the search finds.
func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	t := ts.Value(taleKey{}).(*tale)
	half := len(args[0]) / 2
	var spellings []string
	for _, between := range []string{"", " ", "-", "\u00a0", `","`} {
		spellings = append(spellings, args[0][:half]+between+args[0][half:])
	}
	found := map[string]bool{}
	search := func(where, text string) {
		for _, spelling := range spellings {
			if strings.Contains(strings.ToUpper(text), strings.ToUpper(spelling)) {
				found[where] = true
			}
		}
	}
	for _, m := range t.Mails() {
		search("a mail", fmt.Sprint(string(m.Raw), m.Text, m.HTML, m.Subject, m.Header, m.Tags))
	}
	logs, err := filepath.Glob(filepath.Join(t.dir, "*.log"))
	ts.Check(err)
	for _, log := range logs {
		text, err := os.ReadFile(log)
		ts.Check(err)
		search(filepath.Base(log), string(text))
	}
	tables := dynamodb.NewFromConfig(t.AWS)
	for _, table := range []string{"ClinicTable", "TeamTable", "InviteTable", "AccountTable", "SessionTable", "OutboxTable", "AuditTable", "OnceTable"} {
		name := t.Stack.Name(table)
		items, err := tables.Scan(t.ctx, &dynamodb.ScanInput{TableName: &name})
		ts.Check(err)
		for _, item := range items.Items {
			search(table, texts(&types.AttributeValueMemberM{Value: item}))
		}
	}
	if !neg && len(found) > 0 || neg && !(found["a mail"] && found["InviteTable"]) {
		ts.Fatalf("it stands in %v", found)
	}
}

// texts is all that an item holds.
func texts(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value + "\n"
	case *types.AttributeValueMemberN:
		return v.Value + "\n"
	case *types.AttributeValueMemberB:
		return string(v.Value) + "\n"
	case *types.AttributeValueMemberSS:
		return strings.Join(v.Value, "\n")
	case *types.AttributeValueMemberL:
		var all string
		for _, one := range v.Value {
			all += texts(one)
		}
		return all
	case *types.AttributeValueMemberM:
		var all string
		for _, one := range v.Value {
			all += texts(one)
		}
		return all
	}
	return ""
}
