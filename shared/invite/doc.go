// Package invite lets a person into a clinic: a link by mail, and a code told by another way (manual 000, chapters 2 and 3).
//
// Neither half is worth anything alone. The link is in the invited person's mailbox; the code is seen by the inviter only, who tells it in
// person, by telephone or on paper. No message that leaves the house holds the code (A14).
//
// Invariants:
//   - at most 5 codes are compared for the whole life of an invitation, however many links and codes it is given (decision 8);
//   - a try is counted before it is compared, and only for who holds the link, so a stranger burns none (T01, T02);
//   - a new link kills the one before; changing the address gives a new link and a new code (A17, P36, P40);
//   - it is redeemed once, and never after it was withdrawn, was locked or ran out (T04, T08). Being deleted by TTL is never the check (P39);
//   - at most 20 wrong codes a day are compared in one clinic (T03).
//
// States. "open" means the person has opened the link; it is pending for everything else. "expired" is not written anywhere: it is
// pending past its time.
//
//	from \ act   open     wrong code        right code   resend    mail      new code  extend    withdraw   time
//	pending      opened   pending | locked  redeemed     pending   pending   pending   pending   withdrawn  expired
//	opened       opened   opened  | locked  redeemed     pending   pending   opened    opened    withdrawn  expired
//	expired      -        -                 -            pending   pending   -         pending   withdrawn  expired
//	locked       -        -                 -            -         -         -         -         withdrawn  locked
//	redeemed     -        -                 -            -         -         -         -         -          redeemed
//	withdrawn    -        -                 -            -         -         -         -         withdrawn  withdrawn
//
// A locked invitation is replaced by a new one; its own budget never comes back.
//
// Items of InviteTable:
//
//	key                                what                                       read by
//	clinic_id, invite_id = inv_...     an invitation                              one by key; all of a clinic in one query
//	clinic_id, invite_id = day#<date>  wrong codes of a clinic on a day (UTC)     only counted
package invite
