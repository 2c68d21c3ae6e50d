using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>Runs one seed: processes one after another, until the run has ended for good.</summary>
internal abstract class SeedRun(SimulatedWorld world)
{
    /// <summary>The id of every simulated run: effect keys begin with it.</summary>
    public const string RunId = "run";

    // Some faults do not count against the seed's number, a refused claim after a crash, say; this ends what
    // never would.
    private const int ProcessesMax = 200;

    private readonly List<SimulatedProcess> _processes = [];

    protected SimulatedWorld World => world;

    protected JournalRules Root => world.Runs.Root;

    /// <summary>The stable name of the exit that the run has come to; null when it has not.</summary>
    protected string? Exit { get; set; }

    /// <summary>Why the run failed; null when it did not.</summary>
    protected CanoError? Error { get; set; }

    /// <summary>The run of a seed: with an engine around it when it may have children.</summary>
    public static SeedRun Of<TState>(
        SimulatedWorld world,
        Func<Simulation, Workflow<TState>> make,
        TState initial
    )
        where TState : notnull
    {
        var workflow = make(new Simulation(world, world.Stream(3)));
        InvalidConfiguration.ThrowIfAny(workflow.ProblemsFrom(initial));
        CheckInput(world.Options, workflow.Setup.Name, workflow.Setup.Options);
        return workflow.Compiled.HasChildren
            ? new FamilySeed<TState>(world, workflow, initial)
            : new LoneSeed<TState>(world, workflow, initial);
    }

    /// <exception cref="ArgumentException">The workflow accepts an input, and there is none.</exception>
    /// <exception cref="CanoException">`configuration`: it accepts another one, or no row can keep
    /// it.</exception>
    private static void CheckInput(SimulationOptions simulation, string? workflow, RunOptions options)
    {
        if (simulation.Input is null && options.Accepts is { } accepted)
            throw new ArgumentException(
                $"The workflow accepts a `{TypeNames.Of(accepted)}`: tell the simulation with WithInput what its runs are given."
            );
        if (RunInputs.Problem(workflow, options.Accepts, simulation.Input) is { } problem)
            throw InvalidConfiguration.Of(problem);
        if (simulation.IsJournaled)
            _ = RunInputs.Store(RunId, simulation.Input, options);
    }

    /// <summary>Runs it to the end and judges it.</summary>
    public SimulatedRun Run()
    {
        try
        {
            while (LastsOn(Next()))
            {
                world.Clock.Pass(world.OneIn(2) ? TimeSpan.Zero : world.Faults.Span());
                world.Canceller.AskAtTimes(null, Place.Nowhere, "while nobody worked on the run");
            }

            Drain();
        }
        catch (SimulationHalt halt)
        {
            world.Process?.End();
            world.Breaches.Add(UserText.MessageOf(halt));
            return Told();
        }

        foreach (var run in _processes.SelectMany(process => process.Runs))
            run.Replay.Compare();
        EndRules.Judge(world, Root, Exit, Error);
        world.Family?.Judge();
        var ended = Told();
        foreach (var invariant in world.Invariants)
            if (invariant.Judge(ended) is { } breach)
                world.Breach(breach);
        return ended with { Breaches = [.. world.Breaches] };
    }

    /// <summary>One process; whether another one has to follow.</summary>
    protected abstract bool LastsOn(SimulatedProcess process);

    // The store in memory answers at once.
    protected IReadOnlyList<CheckpointRow> RowsLeft() =>
        world.Disk.LoadRunAsync(RunId).GetAwaiter().GetResult();

    private SimulatedProcess Next()
    {
        if (_processes.Count == ProcessesMax)
            throw new SimulationHalt($"the run did not end within {ProcessesMax} processes");
        var process = new SimulatedProcess(world, _processes.Count + 1);
        _processes.Add(process);
        world.Process = process;
        return process;
    }

    /// <summary>Lets work that was abandoned come to its end.</summary>
    private void Drain()
    {
        world.Faults.Stop();
        while (world.TryStep()) { }
        if (world.Process is { OpenStates.Count: > 0, IsOver: false })
            world.Stall();
        world.Process?.End();
    }

    private SimulatedRun Told() =>
        new()
        {
            Seed = world.Seed,
            Exit = Exit,
            Error = Error,
            Rows = Root.Rows,
            ChildRows = world.Runs.ChildRows(),
            RowsLeft = RowsLeft(),
            Events = [.. _processes.SelectMany(process => process.Seen.Events)],
            Timeline = world.Timeline,
            ProcessCount = _processes.Count,
            DecisionCount = _processes
                .SelectMany(process => process.Runs)
                .Sum(run => run.Replay.DecisionCount),
            Duration = world.Clock.Elapsed,
            StopPointCount = Math.Max(world.Suspends.PointCount, world.Cancels.PointCount),
            Breaches = [.. world.Breaches],
        };
}
