-- Room messages. Mails that somebody waits for at the screen go first, however many others are due: the order that
-- `claimDue` asks for, read off the index.
drop index messages_due;
create index messages_due on messages ((template = any ('{verify_email,reset_password}')) desc, next_attempt_at) where status = 'queued';
create index messages_next on messages (next_attempt_at) where status = 'queued';
