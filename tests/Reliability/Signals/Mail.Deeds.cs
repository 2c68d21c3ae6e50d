namespace Cano.Reliability.Signals;

// What is done.
internal sealed partial class Mail
{
    private Action Draw()
    {
        var id = Any();
        switch (chance.Next(24))
        {
            case < 6:
                return () => SendOrBegin(id);
            case < 8:
                return DrawAgain(id);
            case < 11:
                return () => Send(New(id, Name()), begins: true);
            case 11:
                return () => Start(id);
            case < 16:
                return () => _clock.Advance(Span(id));
            case 16:
                return () => Die(chance.Next(2) == 0 ? Death.Kill : Death.PowerCut);
            case < 19:
                return DieSoon;
            case 19:
                return Reopen;
            case 20:
                return Suspend;
            case 21:
                return () => Fail(id);
            case 22:
                return () => Retry(id);
            default:
                return chance.Next(4) == 0 ? () => Cancel(id) : Resume;
        }
    }

    /// <summary>Of a run that is not there, the power may fail within the very write with which it
    /// begins.</summary>
    private void SendOrBegin(string id)
    {
        var begins = !_accounts[id].IsThere;
        var isCut = begins && chance.Next(3) == 0 && _home.CutAt(1);
        Send(New(id, Name(), isLong: isCut), begins);
    }

    private Action DrawAtOnce(string id) =>
        chance.Next(12) switch
        {
            < 4 => () => Send(New(id, Name()), begins: false),
            < 6 => DrawAgain(id),
            < 8 => () => Send(New(id, Name()), begins: true),
            8 => () => Start(id),
            9 => () => _clock.Advance(Span(id)),
            10 => Resume,
            _ => chance.Next(4) == 0 ? () => Cancel(id) : DieSoon,
        };

    private Action DrawAgain(string id)
    {
        var before = _sent.Where(one => one.Run == id && one.Id is not null).ToArray();
        if (before.Length == 0)
            return Resume;
        var one = before[chance.Next(before.Length)];
        counts.Add("sent again");
        return () => Send(one with { At = _now, Answer = null, AnsweredAt = 0 }, begins: chance.Next(3) == 0);
    }

    private string Name() => Mailing.Names[chance.Next(Mailing.Names.Length)];

    private Sending New(string id, string name, string? next = null, bool isLong = false)
    {
        var number = _letters++;
        next ??= chance.Next(16) == 0 ? "done" : Mailing.States[chance.Next(Mailing.States.Length)];
        var pad = isLong || chance.Next(4) == 0 ? chance.Next(3_000) : 0;
        var letter = new Letter(number, next, new string('x', pad));
        return new(id, name, letter, chance.Next(2) == 0 ? $"letter-{number}" : null, _now);
    }

    /// <summary>To the very instant at which a wait is over, just before it, just behind it, or
    /// anywhere.</summary>
    private TimeSpan Span(string id)
    {
        var left = Summary(id)?.WakesAt - _clock.GetUtcNow();
        return left is not { } span || span <= TimeSpan.Zero || chance.Next(5) == 0
            ? TimeSpan.FromSeconds(chance.Next(12))
            : span + TimeSpan.FromTicks(chance.Next(-1, 2));
    }

    private void Send(Sending sending, bool begins)
    {
        counts.Add("sent");
        _sent.Add(sending);
        _ = AnswerAsync(sending, begins);
        Note(
            $"{sending.Name} {sending.Letter.Number} ({sending.Id}) to {sending.Run}{(begins ? ", which it may begin" : "")}"
        );
    }

    private async Task AnswerAsync(Sending sending, bool begins)
    {
        var engine = _engine;
        var (run, id, letter) = (sending.Run, sending.Id, sending.Letter);
        var signal = new Signal<Letter>(sending.Name);
        string answer;
        try
        {
            if (begins)
                await engine
                    .SignalOrStartAsync(_workflow, "first", run, signal, letter, id)
                    .ConfigureAwait(false);
            else
                await engine.SignalAsync(run, signal, letter, id).ConfigureAwait(false);
            answer = Sending.Ok;
        }
        catch (CanoException refused)
        {
            answer = refused.Error.Category is "checkpoint_store" ? Sending.InDoubt : refused.Error.Category;
        }
        catch (ObjectDisposedException)
        {
            answer = Sending.InDoubt;
        }

        sending.Answer ??= answer;
    }

    private void Start(string id)
    {
        // From here on it need not have a signal.
        _accounts[id].MayBeginBare = true;
        Note($"start {id}");
        _ = TriedAsync(() => _engine.StartAsync(_workflow, "first", id));
    }

    private void Suspend()
    {
        Note("suspend");
        _ = TriedAsync(() => _engine.SuspendAsync());
    }

    private void Resume()
    {
        Note("resume");
        _ = TriedAsync(() => ResumedAsync(_engine, _told));
    }

    private async Task ResumedAsync(CanoEngine engine, ToldStore told)
    {
        await foreach (var end in engine.ResumeAsync().ConfigureAwait(false))
            lock (_ends)
                if (!told.IsDead)
                    _ends.Add(end);
    }

    private void Fail(string id)
    {
        lock (_failures)
            _failures[id] = chance.Next(1, 4);
        Note($"bodies of {id} fail {_failures[id]} times");
    }

    private void Retry(string id)
    {
        Note($"retry {id}");
        _ = TriedAsync(() => _engine.RetryAsync(id));
    }

    private void Cancel(string id)
    {
        counts.Add("cancels");
        Note($"cancel {id}");
        _ = TriedAsync(() => _engine.CancelAsync(id));
    }

    /// <summary>The process dies within one of the next calls of its disk, or of its store.</summary>
    private void DieSoon()
    {
        var isOfDisk = chance.Next(4) > 0 && _home.CutAt(chance.Next(1, 7));
        if (!isOfDisk)
            _told.DieAt(chance.Next(1, 4), chance.Next(2) == 0);
        Note($"dies soon, of its {(isOfDisk ? "disk" : "store")}");
    }

    private static async Task TriedAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        // Refused, or the process has died.
        catch (Exception refused) when (refused is CanoException or ObjectDisposedException) { }
    }
}
