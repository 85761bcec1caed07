package template

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"vestibule/infra/template/sam"
)

// T64: what nobody looked at when it was granted is found by nobody when it is misused. shared/awstest shows that each action is used.
func TestEveryPermissionIsWrittenOut(t *testing.T) {
	for _, f := range template(t).Functions {
		for _, complaint := range loose(f) {
			t.Error(complaint)
		}
	}
}

func TestALoosePermissionIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		policies string
		says     string
	}{
		"action of a kind":    {`[{Statement: [{Effect: Allow, Action: dynamodb:*, Resource: !GetAtt T.Arn}]}]`, `allows dynamodb:*`},
		"any action":          {`[{Statement: [{Effect: Allow, Action: '*', Resource: !GetAtt T.Arn}]}]`, `allows *`},
		"any resource":        {`[{Statement: [{Effect: Allow, Action: [sqs:SendMessage], Resource: '*'}]}]`, `on "*"`},
		"any table":           {`[{Statement: [{Effect: Allow, Action: [dynamodb:GetItem], Resource: !Sub 'arn:aws:dynamodb:${AWS::Region}:1:table/*'}]}]`, `on "arn:aws:dynamodb:Region:1:table/*"`},
		"template of SAM":     {`[{DynamoDBCrudPolicy: {TableName: !Ref T}}]`, `DynamoDBCrudPolicy`},
		"managed policy":      {`[AmazonDynamoDBFullAccess]`, `AmazonDynamoDBFullAccess`},
		"what is not allowed": {`[{Statement: [{Effect: Deny, Action: [sqs:SendMessage], Resource: !GetAtt Q.Arn}]}]`, `Deny`},
		"any mail identity":   {`[{Statement: [{Effect: Allow, Action: [ses:SendRawEmail], Resource: !Sub 'arn:aws:ses:eu:1:identity/*'}]}]`, ``},
		"one table":           {`[{Statement: [{Effect: Allow, Action: [dynamodb:GetItem], Resource: !GetAtt T.Arn}]}]`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			planted, err := sam.Parse([]byte("Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies: " + tt.policies + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			complaints := loose(planted.Functions[0])
			if tt.says == "" && len(complaints) != 0 || tt.says != "" && (len(complaints) != 1 || !strings.Contains(complaints[0], tt.says)) {
				t.Errorf("got %q, want one that says %q", complaints, tt.says)
			}
		})
	}
}

var action = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z]+$`)

// Mail goes out under the address of the installation, which template.yaml does not make.
var wide = regexp.MustCompile(`^arn:[^:]+:ses:[^*]+:identity/\*$`)

// loose lists in sentences what a function's policies leave open.
func loose(f sam.Function) []string {
	var complaints []string
	for _, name := range f.PolicyNames {
		complaints = append(complaints, f.ID+" has the policy "+name+": write out action by action what it may do")
	}
	for _, s := range f.Statements {
		if s.Effect != "Allow" {
			complaints = append(complaints, f.ID+" has a statement with the effect "+s.Effect+": what is not allowed is refused anyway")
		}
		for _, a := range s.Actions {
			if !action.MatchString(a) {
				complaints = append(complaints, f.ID+" allows "+a+": write out each action")
			}
		}
		for _, r := range s.Resources {
			on, err := r.Text(func(id, _ string) (string, error) { return strings.TrimPrefix(id, "AWS::"), nil })
			if err != nil {
				complaints = append(complaints, f.ID+": "+err.Error())
			}
			if strings.Contains(on, "*") && !wide.MatchString(on) {
				complaints = append(complaints, f.ID+" allows "+strings.Join(s.Actions, ", ")+" on \""+on+"\": name the one it needs")
			}
		}
	}
	return complaints
}

func TestOnlyTheCourierSendsMail(t *testing.T) {
	for _, f := range template(t).Functions {
		allowed, err := f.Allowed()
		if err != nil {
			t.Fatal(err)
		}
		sends := slices.ContainsFunc(allowed, func(p sam.Permission) bool {
			return strings.HasPrefix(p.Action, "ses:") || strings.HasPrefix(p.Action, "sns:")
		})
		if sends != (f.ID == "CourierFunction") {
			t.Errorf("%s may send mail: %t", f.ID, sends)
		}
	}
}
