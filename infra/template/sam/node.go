package sam

import (
	"iter"
	"strings"

	"gopkg.in/yaml.v3"
)

// child follows a path of keys; nil when there is nothing at its end.
func child(node *yaml.Node, path ...string) *yaml.Node {
	for _, name := range path {
		var next *yaml.Node
		for key, value := range entries(node) {
			if key.Value == name {
				next = value
			}
		}
		if next == nil {
			return nil
		}
		node = next
	}
	return node
}

// entries yields keys and values of a mapping in the order of the file.
func entries(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// list is what CloudFormation means by one or many: a sequence's items, or the thing itself.
func list(node *yaml.Node) []*yaml.Node {
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.SequenceNode && node.Tag == "!!seq":
		return node.Content
	default:
		return []*yaml.Node{node}
	}
}

func text(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return node.Value
}

func decode(node *yaml.Node, into any) error {
	if node == nil {
		return nil
	}
	return node.Decode(into)
}

// comment returns the comment right above an entry. One that is parted from it by an empty line belongs to something else.
func comment(key *yaml.Node) string {
	block := key.HeadComment
	if i := strings.LastIndex(block, "\n\n"); i >= 0 {
		block = block[i+2:]
	}
	var lines []string
	for line := range strings.Lines(block) {
		lines = append(lines, strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "#")))
	}
	return strings.Join(lines, "\n")
}
