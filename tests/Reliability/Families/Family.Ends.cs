namespace Cano.Reliability.Families;

// How a history comes to its end.
internal sealed partial class Family
{
    private const int RoundMax = 40;

    /// <summary>Goes on with everything until all runs have ended. An engine is resumed once: from then on
    /// ends wake who waits for them.</summary>
    private void Finish()
    {
        Drain();
        Look();
        Reopen();
        Look();
        lock (_failures)
            foreach (var kin in _kindred.All)
                _failures[kin.Id] = 0;
        lock (_atWork)
            _broken.Clear();
        CanoEngine? resumed = null;
        for (var round = 0; _kindred.Present.Any(kin => !kin.HasEnded); round++)
        {
            Broken.Unless(round < RoundMax, "nobody takes a run to its end");
            if (_engine != resumed)
                Resume();
            resumed = _engine;
            Drain();
            Look();
            foreach (var kin in _kindred.Present.Where(kin => !kin.HasEnded))
                Help(kin);
            _clock.Advance(TimeSpan.FromSeconds(20));
            Drain();
            Look();
        }

        Drain();
        Look();
    }

    /// <summary>What a run waits for comes, unless nobody needs it: then it has to end by itself.</summary>
    private void Help(Kin kin)
    {
        if (Summary(kin.Id)?.Status == RunStatus.Quarantined)
            Retry(kin.Id);
        // What came to a parent itself would wake it.
        else if (kin.Newest.Stored.State is "wait" or "rest" && Check().IsNeeded(kin, _clock.GetUtcNow()))
            Send(kin.Id, Kinds.Finish);
        Drain();
    }

    private void Count()
    {
        var all = _kindred.All;
        counts.Add("runs", all.Length);
        counts.Add("parents", all.Count(kin => kin.Parent is null));
        counts.Add("children", all.Count(kin => kin.Parent is not null));
        counts.Add(
            "grandchildren",
            all.Count(kin => kin.Parent?.RunId.Contains('/', StringComparison.Ordinal) == true)
        );
        counts.Add("begun cancelled", all.Count(kin => kin.Rows[0].Fact.IsCancelRequested));
        counts.Add("forgotten", all.Count(kin => kin.IsCleared));
        counts.Add("cancelled", all.Count(kin => kin.IsCancelled));
        foreach (var row in all.SelectMany(kin => kin.Rows))
            counts.Add(row.Stored.Kind.ToString());
        counts.Add(
            "imposters",
            all.Sum(kin => kin.Rows.Count(row => row.Fact is Kernel.Fact.ChildEnded { Item.Sequence: < 0 }))
        );
        foreach (var kin in all)
            counts.Add($"end {kin.Newest.Stored.Status}");
    }
}
