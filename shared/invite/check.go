package invite

import (
	"context"

	"vestibule/shared/seal"
	"vestibule/shared/vault"
)

// Codes makes, checks and shows the codes of invitations. Who may not show them holds no Box that opens.
type Codes struct {
	Mac vault.Mac
	Box vault.Box
}

// Keep returns what is stored of a code: its keyed hash, and the copy for its inviter.
func (c Codes) Keep(ctx context.Context, i Invite, code seal.Code) (mac, sealed []byte, err error) {
	if mac, err = c.Mac.Sum(ctx, message(i, code)); err != nil {
		return nil, nil, err
	}
	sealed, err = c.Box.Seal(ctx, []byte(code.Reveal()), about(i))
	return mac, sealed, err
}

// Show opens the copy of a code. The caller has checked who asks, and puts the view on record before anybody sees it.
func (c Codes) Show(ctx context.Context, i Invite) (seal.Code, error) {
	plain, err := c.Box.Open(ctx, i.CodeSealed, about(i))
	return seal.NewCode(string(plain)), err
}

// Check compares a code with that of an invitation. A try must have been counted before.
func Check(ctx context.Context, mac vault.Mac, i Invite, code seal.Code) (bool, error) {
	if len(i.CodeMac) == 0 {
		return false, nil
	}
	return mac.Check(ctx, message(i, code), i.CodeMac)
}

func about(i Invite) map[string]string {
	return map[string]string{"clinic": string(i.ClinicID), "invite": string(i.ID)}
}
