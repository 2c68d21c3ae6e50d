using Cano.Runtime.Data;

namespace Cano.Testing.Simulations;

/// <summary>A run that may have children: each process opens an engine, which takes up what is
/// there.</summary>
internal sealed class FamilySeed<TState> : SeedRun
    where TState : notnull
{
    private readonly Workflow<TState> _workflow;
    private readonly TState _initial;

    /// <exception cref="ArgumentException">It is not to be journaled.</exception>
    public FamilySeed(SimulatedWorld world, Workflow<TState> workflow, TState initial)
        : base(world)
    {
        if (!world.Options.IsJournaled)
            throw new ArgumentException(
                "The workflow starts children, which are runs of a journal: leave SimulationOptions.IsJournaled as it is."
            );
        (_workflow, _initial) = (workflow, initial);
        world.Runs.Know(RunId, KnownWorkflow.Of(workflow.Setup));
        world.Family = new FamilyRules(world);
        world.Signals = new SignalPlan(world, ValueCodec.Plain);
    }

    protected override bool LastsOn(SimulatedProcess process)
    {
        World.Tell(
            $"the process opens an engine, which {(Root.Rows.Count > 0 ? "takes up what is there" : "starts the run")}"
        );
        var engine = new SimulatedEngine<TState>(process, _workflow, _initial);
        process.Asked = engine;
        engine.Begin();
        do Work(process, engine);
        while (!process.IsOver && !engine.IsAtRest && IsRetried(engine));

        (Exit, Error) = FamilyRules.EndOf(Root);
        if (process.IsOver)
            return !Root.HasEnded;
        if (!engine.HasLeft)
            Judge(process, engine);
        if (Root.HasEnded)
            return false;
        process.End();
        return true;
    }

    /// <summary>Of a process that has ended in order.</summary>
    private void Judge(SimulatedProcess process, SimulatedEngine<TState> engine)
    {
        EndRules.Judge(World, process);
        if (!engine.IsAtRest)
            return;
        foreach (var run in process.Runs)
            if (run is { IsClaimed: true, IsTroubled: false, Rules.HasEnded: false })
                run.Rest.JudgeLeft();
    }

    private void Work(SimulatedProcess process, SimulatedEngine<TState> engine)
    {
        while (!process.IsOver && !engine.IsAtRest && (!engine.HasTold || World.HasWork))
            if (!World.TryStep() && !engine.TakesUpMore() && !World.Signals!.ComesAfterAll())
                World.Stall();
    }

    /// <summary>Whether somebody wants to try a failed run again.</summary>
    private bool IsRetried(SimulatedEngine<TState> engine)
    {
        if (
            Root.Rows[^1].Status is not (RowStatus.Failed or RowStatus.RollbackFailed)
            || World.Faults.Draw(SimulationFaults.Restart) == SimulationFaults.None
        )
            return false;
        World.Tell("the failed run is to be retried", fault: SimulationFaults.Restart);
        engine.Retry();
        return true;
    }
}
