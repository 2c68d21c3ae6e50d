namespace Cano.Reliability.Starts;

/// <summary>What may have become of a run that several deeds were done to at once: whatever some order of
/// them, one after another, makes of it, with the answers that were given.</summary>
/// <param name="deeds">The deeds.</param>
internal sealed class Orders(IReadOnlyList<Issued> deeds)
{
    private readonly HashSet<World> _found = [];
    private readonly HashSet<(World World, ulong Left)> _seen = [];

    public static HashSet<World> After(IEnumerable<World> before, IReadOnlyList<Issued> deeds)
    {
        var orders = new Orders(deeds);
        foreach (var world in before)
            orders.Go(world, (1ul << deeds.Count) - 1);
        return orders._found;
    }

    /// <summary>Whatever may follow.</summary>
    /// <param name="world">How it is.</param>
    /// <param name="left">The deeds that are still to come, a bit each.</param>
    private void Go(World world, ulong left)
    {
        if (!_seen.Add((world, left)))
            return;
        // What a run does by itself it does at any time, and in the end.
        var (next, rested) = (world.Next(), world.Rested());
        if (next != world)
            Go(next, left);
        if (rested != world)
            Go(rested, left);
        if (left == 0 && next == world && rested == world)
            _found.Add(world);
        for (var i = 0; i < deeds.Count; i++)
            if (IsIn(left, i) && !Enumerable.Range(0, deeds.Count).Any(other => IsEarlier(left, other, i)))
                Do(world, deeds[i], left & ~(1ul << i));
    }

    private void Do(World world, Issued deed, ulong left)
    {
        // It waits until who is told to rest does.
        if (deed.Deed.Kind == DeedKind.Resume && world.Run is { IsResting: true })
            return;
        var (after, answer) = Rules.Do(world, deed.Deed);
        if (answer == (deed.Answer ?? Rules.Ok))
            Go(after, left);
        if (IsForNothing(world, deed, left))
            Go(after with { Run = world.Run ?? after.Run }, left);
        // It is asked for, and the engine is suspended before somebody takes the run up for it.
        if (deed is { Deed.Kind: DeedKind.Cancel, Answer: null or Rules.Ok } && Has(left, DeedKind.Suspend))
            Go(
                Rules.Do(world with { IsSuspended = true }, deed.Deed).After with
                {
                    IsSuspended = world.IsSuspended,
                },
                left
            );
        // It was set aside when it was looked at, and rests since.
        if (deed is { Deed.Kind: DeedKind.Retry, Answer: Rules.Ok } && IsRested(world))
            Go(world with { Run = world.Run!.Retried() }, left);
        // It was put back among those that go on, and the engine was suspended before it did.
        if (deed is { Deed.Kind: DeedKind.Retry, Answer: Rules.Suspended } && IsSetAside(world))
            Go(world with { Run = world.Run!.Retried().Rested() }, left);
        // It was accepted before the engine was suspended, and is there since.
        if (world is { Run: null, IsSuspended: true } && IsAcceptedBefore(deed))
            Go(world with { Run = Known.Of(deed.Deed.Plot) with { IsResting = true } }, left);
        // It was set aside when it was looked at, and a request to stop came then.
        if (deed is { Deed.Kind: DeedKind.Forget, Answer: Rules.Ok } && IsLost(world))
            Go(world with { Run = null }, left);
    }

    /// <summary>What a deed does to the run may come to nothing because of another one.</summary>
    private bool IsForNothing(World world, Issued deed, ulong left) =>
        deed.Deed.Kind switch
        {
            // What it takes up is not taken up yet.
            DeedKind.Resume or DeedKind.GetOrStart => deed.Answer is null or Rules.Ok
                && Has(left, DeedKind.Suspend, DeedKind.Forget, DeedKind.Retry),
            DeedKind.Let => world.Run is { IsResting: true },
            DeedKind.Retry when deed.Answer == Rules.Suspended => Has(~0ul, DeedKind.Suspend),
            // A retry that came to nothing had the run all the same.
            DeedKind.Retry or DeedKind.Forget => deed.Answer == Rules.Refused
                && deeds.Any(other => other is { Deed.Kind: DeedKind.Retry, Answer: Rules.Suspended }),
            _ => false,
        };

    private bool IsAcceptedBefore(Issued deed) =>
        deed is { Deed.Kind: DeedKind.Start or DeedKind.GetOrStart, Answer: Rules.Ok }
        && deeds.Any(other => other.Deed.Kind == DeedKind.Suspend && other.At > deed.At);

    private bool IsRested(World world) =>
        world.Run is { Ended: null, IsWorked: false } && Has(~0ul, DeedKind.Suspend);

    private bool IsSetAside(World world) =>
        world.Run is { Status: RunStatus.Quarantined, IsWorked: false } && Has(~0ul, DeedKind.Suspend);

    private bool IsLost(World world) =>
        world.Run is { Ended: null, IsWorked: false } && Has(~0ul, DeedKind.Cancel);

    private bool Has(ulong among, params DeedKind[] kinds) =>
        deeds.Where((deed, i) => IsIn(among, i) && kinds.Contains(deed.Deed.Kind)).Any();

    private bool IsEarlier(ulong left, int other, int one) =>
        other != one && IsIn(left, other) && deeds[other].IsBefore(deeds[one]);

    private static bool IsIn(ulong left, int index) => (left & (1ul << index)) != 0;
}
