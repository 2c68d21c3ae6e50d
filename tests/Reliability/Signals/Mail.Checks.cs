namespace Cano.Reliability.Signals;

// What must hold.
internal sealed partial class Mail
{
    private void Check()
    {
        var inbox = (IInboxStore)_home.Store;
        foreach (var (id, account) in _accounts)
        {
            var run = Summary(id);
            Broken.Unless(run?.Damage is null, $"{run?.Damage}:\n  {Story}");
            // Whoever began it and was not answered tried no row that is not there.
            var items = inbox.ReadInboxAsync(id).AsTask().GetAwaiter().GetResult();
            var left = inbox.CountLeftAsync(id).AsTask().GetAwaiter().GetResult();
            account.Check(items, left, _sent.Where(one => one.Run == id));
            Broken.Unless(account.Violation is null, $"{account.Violation}:\n  {Story}");
            CheckEnds(id, left);
        }

        var unanswered = _sent.Find(one => one.Answer is null);
        Broken.Unless(unanswered is null, $"{unanswered}:\n  {Story}");
        var refused = _sent.Find(one =>
            one.Answer is not (Sending.Ok or Sending.InDoubt or "run_not_found" or "run_ended" or "suspended")
        );
        Broken.Unless(refused is null, $"{refused}:\n  {Story}");
    }

    private void CheckEnds(string id, int left)
    {
        lock (_ends)
        {
            var end = _ends.Find(one =>
                one.RunId == id && one.Status is RunStatus.Completed or RunStatus.Cancelled
            );
            Broken.Unless(
                end is null || end.SignalsLeft == left,
                $"{end} says that {end?.SignalsLeft} are left, and {left} are:\n  {Story}"
            );
            _ends.Clear();
        }
    }

    /// <summary>What was answered before another was sent lies before it.</summary>
    private void CheckOrder(string id, Account account)
    {
        var sent = _sent.Where(one => one.Run == id).ToLookup(one => one.Letter.Number);
        var shown = account.Shown;
        for (var i = 0; i < shown.Length; i++)
        for (var j = i + 1; j < shown.Length; j++)
        {
            var asked = sent[shown[i].Number].Min(one => one.At);
            var answered = sent[shown[j].Number]
                .Where(one => one.Answer == Sending.Ok)
                .Select(one => one.AnsweredAt)
                .DefaultIfEmpty(int.MaxValue)
                .Min();
            Broken.Unless(
                answered >= asked,
                $"letter {shown[j].Number} was answered before letter {shown[i].Number} was sent, and lies behind it:\n  {Story}"
            );
        }

        counts.Add("taken", account.Taken.Length);
        counts.Add("timed out", account.TimedOut);
        counts.Add("runs", account.IsThere ? 1 : 0);
        counts.Add("left", shown.Length - account.Taken.Length);
        foreach (var one in _sent.Where(one => one.Run == id))
            counts.Add(one.Answer!);
    }
}
