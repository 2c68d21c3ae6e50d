using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Workflows to simulate, sound ones and ones with a bug.</summary>
internal static class Shop
{
    /// <summary>Charges under the effect key, so that a repeated charge is one charge.</summary>
    public static Workflow<Stage> Sound(Simulation simulation)
    {
        var bank = new CompensationLedger();
        simulation.Invariant(
            "a completed order is charged once",
            run => !run.IsCompleted || bank.Done.Count == 1
        );
        return Of(context => bank.Do(context));
    }

    /// <summary>Without a journal each process begins a run of its own, whose charge is no other's.</summary>
    public static Workflow<Stage> Anew(Simulation simulation)
    {
        var bank = new CompensationLedger();
        simulation.Invariant("a process charges at most once", run => bank.Done.Count <= run.ProcessCount);
        simulation.Invariant("a completed order is charged", run => !run.IsCompleted || bank.Done.Count > 0);
        return Of(context => Assert.True(bank.Do(context)));
    }

    /// <summary>Forgets the effect key: a crash behind the charge and before the next row charges
    /// twice.</summary>
    public static Workflow<Stage> WithoutKey(Simulation simulation)
    {
        var charges = 0;
        simulation.Invariant("nobody is charged twice", _ => charges <= 1);
        return Of(_ => charges++);
    }

    /// <summary>Carries an amount from one state to the next in memory: a crash between the two loses
    /// it.</summary>
    public static Workflow<Stage> Forgetful(Simulation simulation)
    {
        var paid = 0;
        simulation.Invariant("what is taken is paid", run => !run.IsCompleted || paid == 100);
        return Workflow
            .Create<Stage>(new Resources().InsertPerRun("pocket", () => new MemoryStore()))
            .Register(
                Stage.Start,
                context =>
                {
                    context.Get<MemoryStore>("pocket").Put("amount", 100);
                    return Stage.Work;
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    paid = context.Get<MemoryStore>("pocket").GetOr("amount", 0);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
    }

    /// <summary>Start waits a minute, Work does its work, End.</summary>
    public static Workflow<Stage> Of(Action<TaskContext> work) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (context, cancel) =>
                {
                    await Task.Delay(TimeSpan.FromMinutes(1), context.TimeProvider, cancel);
                    return Stage.Work;
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    work(context);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
}
