namespace Cano.Reliability.Starts;

/// <summary>All that matters to one run.</summary>
/// <param name="Run">Null: there is none.</param>
/// <param name="IsSuspended">The engine is.</param>
/// <param name="UndoFails">What can be undone fails to be.</param>
/// <param name="Now">What the clock shows.</param>
internal sealed record World(Known? Run, bool IsSuspended, bool UndoFails, DateTimeOffset Now)
{
    /// <summary>After the next thing that the run does by itself.</summary>
    public World Next() => this with { Run = Run?.Next(Now, UndoFails) };

    /// <summary>After a run that is told to rest does.</summary>
    public World Rested() => Run is { IsResting: true } run ? this with { Run = run.Rested() } : this;

    /// <summary>The engine is closed in order, and one is opened.</summary>
    public World Reopened() => this with { Run = Run?.Rested(), IsSuspended = false };

    /// <summary>The process dies, and another one opens an engine.</summary>
    public World Killed() => this with { Run = Run?.Orphaned(), IsSuspended = false };
}

/// <summary>What an engine answers, and what becomes of a run then, when deeds come one after another.
/// Written from the rules, not from the engine.</summary>
internal static class Rules
{
    public const string Ok = "ok";
    public const string Refused = "workflow";
    public const string Suspended = "suspended";
    private const string NotFound = "run_not_found";

    public static (World After, string Answer) Do(World world, Deed deed) =>
        deed.Kind switch
        {
            DeedKind.Start => world.IsSuspended ? (world, Suspended)
            : world.Run is null ? (world with { Run = Known.Of(deed.Plot) }, Ok)
            : (world, Refused),
            DeedKind.GetOrStart => GetOrStart(world, deed),
            DeedKind.Retry => Retry(world),
            DeedKind.Cancel => Cancel(world),
            DeedKind.Forget => world.Run is not { } run ? (world, NotFound)
            : run.IsWorked || !IsToForget(run) ? (world, Refused)
            : (world with { Run = null }, Ok),
            DeedKind.Suspend => (
                world with
                {
                    Run = world.Run is { IsWorked: true } run ? run with { IsResting = true } : world.Run,
                    IsSuspended = true,
                },
                Ok
            ),
            DeedKind.Resume => (
                world with
                {
                    Run = world.Run is { Status: not RunStatus.Quarantined } run ? run.TakenUp() : world.Run,
                    IsSuspended = false,
                },
                Ok
            ),
            DeedKind.Break => (world with { UndoFails = !deed.Goes }, Ok),
            DeedKind.Wait => (world with { Now = world.Now + Deed.Pause }, Ok),
            DeedKind.Let => deed.Body is { } body
                ? (world with { Run = world.Run?.Answered(body, deed.Goes) }, Ok)
                : (world, Ok),
            _ => throw new ArgumentOutOfRangeException(nameof(deed), deed, "There is no such deed."),
        };

    private static (World, string) GetOrStart(World world, Deed deed)
    {
        if (world.Run is not { } run)
            return Do(world, deed with { Kind = DeedKind.Start });
        if (run.Plot != deed.Plot)
            return (world, Refused);
        // One that was set aside waits for a person.
        var isTakenUp = !world.IsSuspended && run.Status != RunStatus.Quarantined;
        return (isTakenUp ? world with { Run = run.TakenUp() } : world, Ok);
    }

    private static (World, string) Retry(World world)
    {
        if (world.Run is not { } run)
            return (world, NotFound);
        if (
            run.IsWorked
            || run.Status is not (RunStatus.Failed or RunStatus.RollbackFailed or RunStatus.Quarantined)
        )
            return (world, Refused);
        return world.IsSuspended ? (world, Suspended) : (world with { Run = run.Retried() }, Ok);
    }

    private static (World, string) Cancel(World world)
    {
        if (world.Run is not { } run)
            return (world, NotFound);
        if (run.Ended is not null)
            return (world, Ok);
        var asked = run with { WantsCancel = true, Tries = 0 };
        return (
            world with
            {
                Run =
                    run.IsWorked ? asked.Told()
                    : world.IsSuspended ? asked
                    : asked.TakenUp(),
            },
            Ok
        );
    }

    private static bool IsToForget(Known run) => run.Ended is not null || run.Status == RunStatus.Quarantined;
}
