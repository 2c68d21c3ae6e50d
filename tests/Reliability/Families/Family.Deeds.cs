using Cano.Reliability.Signals;

namespace Cano.Reliability.Families;

// What is done.
internal sealed partial class Family
{
    private Action Draw() =>
        chance.Next(27) switch
        {
            < 2 => () => Start(AnyTop()),
            < 7 => () => Send(Any(), chance.Next(5) == 0 ? Kinds.Fail : Kinds.Finish),
            < 10 => () => _clock.Advance(Span()),
            10 => () => Die(chance.Next(2) == 0 ? Death.Kill : Death.PowerCut),
            < 15 => DieSoon,
            15 => Reopen,
            16 => Suspend,
            < 19 => Resume,
            < 21 => () => Cancel(chance.Next(2) == 0 ? AnyTop() : Any()),
            < 23 => () => Retry(Any()),
            23 => () => Forget(Any()),
            24 => ForgetAndDie,
            25 => () => Break(Any()),
            _ => Usurp,
        };

    private string AnyTop() => _tops.Keys.ElementAt(chance.Next(_tops.Count));

    private string Any()
    {
        var present = _kindred.Present;
        return present.Length == 0 ? AnyTop() : present[chance.Next(present.Length)].Id;
    }

    /// <summary>To the instant at which a wait is over, or anywhere.</summary>
    private TimeSpan Span()
    {
        var left = Summary(Any())?.WakesAt - _clock.GetUtcNow();
        return left is { } span && span > TimeSpan.Zero && chance.Next(3) > 0
            ? span + TimeSpan.FromTicks(chance.Next(-1, 2))
            : TimeSpan.FromSeconds(chance.Next(1, 8));
    }

    private void Start(string id)
    {
        Note($"start {id}");
        var input = chance.Next(8);
        _ = TriedAsync(() => _engine.StartAsync(_workflows[id], Kinds.Begin, id, input));
    }

    /// <summary>Somebody begins a run of his own under an id that a child may have.</summary>
    private void Usurp()
    {
        var id = $"{AnyTop()}/{chance.Next(1, 3)}{(chance.Next(2) == 0 ? "" : "/0")}";
        Note($"start {id}, which is nobody's child");
        var input = chance.Next(8);
        _ = TriedAsync(() => _engine.StartAsync(_workflows[Kinds.Leaf], Kinds.Begin, id, input));
    }

    private void Send(string id, Signal signal)
    {
        Note($"{signal} to {id}");
        _ = TriedAsync(() => _engine.SignalAsync(id, signal));
    }

    private void Suspend()
    {
        Note("suspend");
        _ = TriedAsync(() => _engine.SuspendAsync());
    }

    private void Resume()
    {
        Note("resume");
        var engine = _engine;
        _ = TriedAsync(async () =>
        {
            await foreach (var _ in engine.ResumeAsync().ConfigureAwait(false)) { }
        });
    }

    private void Cancel(string id)
    {
        Note($"cancel {id}");
        _ = TriedAsync(() => _engine.CancelAsync(id));
    }

    private void Retry(string id)
    {
        Note($"retry {id}");
        _retried.Add(id);
        _ = TriedAsync(() => _engine.RetryAsync(id));
    }

    private void Forget(string id)
    {
        Note($"forget {id}");
        _ = TriedAsync(() => _engine.ForgetAsync(id));
    }

    /// <summary>What undoes its step fails from here on, or works again.</summary>
    private void Break(string id)
    {
        Note($"what undoes {id} fails, or works again");
        lock (_atWork)
            if (!_broken.Remove(id))
                _broken.Add(id);
    }

    /// <summary>A parent is forgotten, and of its children some are left.</summary>
    private void ForgetAndDie()
    {
        var id = _kindred
            .Present.Where(kin => kin.HasEnded && _tops.ContainsKey(kin.Id))
            .Select(kin => kin.Id);
        if (id.FirstOrDefault() is not { } top)
            return;
        _told.DieAt(chance.Next(1, 4), chance.Next(2) == 0);
        Forget(top);
    }

    /// <summary>The process dies within one of the next calls of its disk, or of its store.</summary>
    private void DieSoon()
    {
        var isOfDisk = chance.Next(4) == 0 && _home.CutAt(chance.Next(1, 9));
        if (!isOfDisk)
            _told.DieAt(chance.Next(1, 12), chance.Next(2) == 0);
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
