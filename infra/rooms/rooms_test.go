package rooms

import (
	"slices"
	"strings"
	"testing"
)

// nouns of a clinic's front door. They never open a door to each other: what joins two of them is a use case and lives in a function.
var nouns = []string{
	"shared/account", "shared/audit", "shared/clinic", "shared/invite", "shared/once", "shared/outbox", "shared/session", "shared/team",
}

// tools of a noun.
var basics = []string{"shared/dynamo", "shared/fault", "shared/id", "shared/mail", "shared/seal"}

// tools that a function has besides.
var desk = []string{"shared/boot", "shared/letter", "shared/page", "shared/web", "shared/words"}

// keys is the way to KMS. Who needs none does without: a client costs start-up time.
var keys = []string{"shared/vault"}

// doors is the floor plan: from each room, the rooms that have a door to it. What is left out has none.
var doors = map[string][]string{
	"functions/invitations": slices.Concat(nouns, basics, desk, keys),
	"functions/redemption":  slices.Concat(nouns, basics, desk, keys),
	"functions/sessions":    slices.Concat(nouns, basics, desk),
	"functions/team":        slices.Concat(nouns, basics, desk),
	"functions/portal":      slices.Concat([]string{"shared/fault"}, desk),
	"functions/courier":     slices.Concat([]string{"shared/letter/mime", "shared/post"}, nouns, basics, desk, keys), // sends, and nobody else does

	"shared/account": basics,
	"shared/audit":   basics,
	"shared/clinic":  basics,
	"shared/invite":  slices.Concat(basics, keys), // hashes of codes
	"shared/once":    basics,
	"shared/session": basics,
	"shared/team":    basics,
	"shared/outbox":  slices.Concat(basics, keys, []string{"shared/letter"}), // a letter is what it keeps, sealed

	"shared/fault":       {},
	"shared/id":          {"shared/fault"},
	"shared/mail":        {"shared/fault"},
	"shared/seal":        {},
	"shared/vault":       {},
	"shared/dynamo":      {"shared/fault"},
	"shared/boot":        {},
	"shared/words":       {},
	"shared/letter":      {"shared/id", "shared/mail", "shared/seal", "shared/words"},
	"shared/post":        {"shared/id"},
	"shared/letter/mime": {"shared/id", "shared/letter"},
	"shared/page":        {"shared/fault", "shared/words"},
	// The door to a signed-in person: it knows sessions and clinics.
	"shared/web": {"shared/clinic", "shared/dynamo", "shared/fault", "shared/id", "shared/page", "shared/seal", "shared/session", "shared/words"},

	"shared/awstest":       {"infra/template/sam", "shared/boot"},
	"shared/page/pagetest": {},
	"shared/post/posttest": {"shared/id", "shared/post"},
	"shared/web/webtest":   {"shared/page", "shared/words"},

	"infra/rooms":           {},
	"infra/story":           {},
	"infra/template":        {"infra/template/sam"},
	"infra/template/sam":    {},
	"infra/demo":            slices.Concat(nouns, basics),
	"infra/local":           {"infra/demo", "infra/local/site", "infra/local/tools"},
	"infra/local/gateway":   {"infra/template/sam"},
	"infra/local/ministack": {},
	"infra/local/site":      {"infra/demo", "infra/local/gateway", "infra/local/ministack", "infra/local/stack", "infra/local/tools", "shared/post/posttest"},
	"infra/local/stack":     {"infra/template/sam"},
	"infra/local/tools":     {"shared/post/posttest"},
	"infra/sbom":            {},
}

// outside says who may use what comes from elsewhere, besides tests and what runs the house on one machine. A client of an AWS service
// that does not stand here is nobody's.
var outside = map[string][]string{
	sdk + "service/dynamodb":              {"shared/dynamo"},
	sdk + "service/kms":                   {"shared/vault"},
	sdk + "service/ses":                   {"functions/courier", "shared/post"},
	sdk + "service/sqs":                   {"functions/courier"},
	sdk + "config":                        {}, // costs more start-up time than a client; shared/boot does without
	"github.com/aws/aws-lambda-go/lambda": {"functions/courier", "shared/web"},
	"github.com/wneessen/go-mail":         {"shared/letter/mime"}, // costs start-up time, and only who sends needs it
	"github.com/google/go-cmp/cmp":        {},
	"pgregory.net/rapid":                  {},
	"testing":                             {},
	"net/http/httptest":                   {},
}

const sdk = "github.com/aws/aws-sdk-go-v2/"

func TestEveryDoorIsOnTheFloorPlan(t *testing.T) {
	for _, s := range house(t) {
		for _, to := range s.imports() {
			for _, refusal := range []string{closed(s.room, s.test, to), handedOut(s.room, s.test, to)} {
				if refusal != "" {
					t.Errorf("%s: %s", s.path, refusal)
				}
			}
		}
	}
}

func TestEveryRoomIsOnTheFloorPlan(t *testing.T) {
	built := map[string]bool{}
	for _, s := range house(t) {
		built[s.room] = true
		if _, planned := doors[s.room]; !planned && !s.test {
			t.Errorf("%s is not on the floor plan: add it to doors, with the rooms it has doors to", s.room)
		}
	}
	for room, open := range doors {
		if !built[room] {
			t.Errorf("the floor plan has a room %s that is not built", room)
		}
		for _, to := range open {
			if _, planned := doors[to]; !planned {
				t.Errorf("on the floor plan %s has a door to %s, which is no room", room, to)
			}
		}
	}
}

func TestWhatHasNoDoor(t *testing.T) {
	for _, tt := range []struct {
		from string
		test bool
		to   string
		says string
	}{
		{"shared/account", false, "shared/invite", "shared/account has no door to shared/invite: nouns share ids only, what joins them is a function's use case"},
		{"shared/account", true, "shared/invite", "shared/account has no door to shared/invite: nouns share ids only, what joins them is a function's use case"},
		{"shared/invite", false, "shared/web", "shared/invite has no door to shared/web"},
		{"shared/id", false, "shared/dynamo", "shared/id has no door to shared/dynamo"},
		{"shared/dynamo", false, "functions/team", "shared/dynamo has no door to functions/team: nobody goes into a function from outside"},
		{"functions/team", false, "functions/sessions", "functions/team has no door to functions/sessions: nobody goes into a function from outside"},
		{"functions/team", true, "functions/sessions", "functions/team has no door to functions/sessions: nobody goes into a function from outside"},
		{"functions/invitations", false, "shared/post", "functions/invitations has no door to shared/post: only functions/courier sends"},
		{"functions/invitations", true, "shared/post", "functions/invitations has no door to shared/post: only functions/courier sends"},
		{"functions/invitations", false, "shared/awstest", "functions/invitations has no door to shared/awstest: it is for tests"},
		{"functions/invitations", true, "shared/awstest", ""},
		{"shared/letter", true, "shared/post/posttest", ""},
		{"shared/letter", true, "shared/letter/mime", ""},
		{"shared/letter", false, "shared/letter/mime", "shared/letter has no door to shared/letter/mime"},
		{"infra/local/tools", false, "shared/post/posttest", ""},
		{"infra/local/tools", false, "shared/awstest", "infra/local/tools has no door to shared/awstest: it is for tests"},
		{"functions/team", false, "infra/template/sam", "functions/team has no door to infra/template/sam"},
		{"functions/team", false, "shared/team", ""},
		{"shared/account", false, "net/http", ""},
	} {
		if says := closed(tt.from, tt.test, tt.to); says != tt.says {
			t.Errorf("%s to %s: got %q, want %q", tt.from, tt.to, says, tt.says)
		}
	}
	for _, tt := range []struct {
		from, to string
		says     string
	}{
		{"functions/invitations", "github.com/aws/aws-sdk-go-v2/service/ses", "functions/invitations may not use github.com/aws/aws-sdk-go-v2/service/ses; only functions/courier and shared/post may"},
		{"shared/team", "github.com/aws/aws-sdk-go-v2/service/dynamodb", "shared/team may not use github.com/aws/aws-sdk-go-v2/service/dynamodb; only shared/dynamo may"},
		{"shared/boot", "github.com/aws/aws-sdk-go-v2/config", "shared/boot may not use github.com/aws/aws-sdk-go-v2/config; nobody may outside of tests and infra"},
		{"functions/portal", "github.com/aws/aws-sdk-go-v2/service/sns", "functions/portal may not use github.com/aws/aws-sdk-go-v2/service/sns; nobody may outside of tests and infra"},
		{"shared/outbox", "github.com/aws/aws-sdk-go-v2/service/dynamodb/types", ""},
		{"shared/vault", "github.com/aws/aws-sdk-go-v2/service/kms", ""},
	} {
		if says := handedOut(tt.from, false, tt.to); says != tt.says {
			t.Errorf("%s to %s: got %q, want %q", tt.from, tt.to, says, tt.says)
		}
	}
}

// closed says why a room has no door to another, in a sentence; it is empty when there is one. A test stands in its room and may use
// what is made for tests besides.
func closed(from string, test bool, to string) string {
	if !ours(to) || from == to || slices.Contains(doors[from], to) {
		return ""
	}
	switch {
	case !test:
	case forTests(to), to == "shared/boot", to == "infra/demo", to == "infra/template/sam", strings.HasPrefix(from, to+"/"), strings.HasPrefix(to, from+"/"):
		return ""
	case strings.HasPrefix(from, "infra/") && !strings.HasPrefix(to, "functions/"):
		return "" // the demo and the stories walk through the whole house
	}
	says := from + " has no door to " + to
	switch {
	case strings.HasPrefix(to, "functions/"):
		says += ": nobody goes into a function from outside"
	case to == "shared/post":
		says += ": only functions/courier sends"
	case forTests(to):
		says += ": it is for tests"
	case slices.Contains(nouns, from) && slices.Contains(nouns, to):
		says += ": nouns share ids only, what joins them is a function's use case"
	}
	return says
}

// handedOut says in a sentence who may use a package from outside, when this room may not.
func handedOut(from string, test bool, to string) string {
	rooms, kept := outside[to]
	if !kept && !client(to) || test || forTests(from) || strings.HasPrefix(from, "infra/") || slices.Contains(rooms, from) {
		return ""
	}
	if len(rooms) == 0 {
		return from + " may not use " + to + "; nobody may outside of tests and infra"
	}
	return from + " may not use " + to + "; only " + strings.Join(rooms, " and ") + " may"
}

// client tells a client of an AWS service, "…/service/ses", from its helpers, "…/service/ses/types".
func client(to string) bool {
	service, is := strings.CutPrefix(to, sdk+"service/")
	return is && !strings.Contains(service, "/")
}

func ours(to string) bool {
	return strings.HasPrefix(to, "functions/") || strings.HasPrefix(to, "shared/") || strings.HasPrefix(to, "infra/")
}

// forTests tells the rooms that exist for tests by their name: awstest, posttest.
func forTests(room string) bool { return strings.HasSuffix(room, "test") }
