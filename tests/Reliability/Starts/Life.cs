using Cano.Reliability.Racing;
using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>An engine from its opening to its close, or to the death of its process.</summary>
internal sealed class Life
{
    private readonly CrashingCheckpointStore _process;
    private readonly Workflow<string>[] _workflows;

    private Life(Disk disk, VirtualTime clock, Bodies bodies)
    {
        Store = disk.Open(out _process);
        Store.Flow();
        var options = new CanoEngineOptions
        {
            TimeProvider = new SteppedTime(clock, Store.Pool),
            Retention = Retention.Keep,
        };
        Engine = CanoEngine.OpenAsync(Store, options).GetAwaiter().GetResult();
        _workflows = [.. Enum.GetValues<Plot>().Select(plot => Made(plot, bodies))];
        foreach (var workflow in _workflows)
            Engine.Add(workflow);
    }

    public CanoEngine Engine { get; }

    public SteppedIndex Store { get; }

    public bool IsDead => _process.HasCrashed;

    public static Life Open(Disk disk, VirtualTime clock, Bodies bodies) => new(disk, clock, bodies);

    public Workflow<string> Of(Plot plot) => _workflows[(int)plot];

    /// <summary>The process ends here: nothing that it does still counts.</summary>
    public void Die() => _process.Crash();

    private Workflow<string> Made(Plot plot, Bodies bodies)
    {
        var bare = Workflow.Bare<string>().WithName(plot.ToString()).AddExitState("done");
        return plot switch
        {
            Plot.Chain => With(With(bare, "work", "more"), "more", "done"),
            Plot.Saga => With(
                bare.RegisterWithCompensation<int>(
                    "pay",
                    (_, _) => new(("ship", 1)),
                    async (context, _, _) =>
                        await bodies.UndoAsync(this, context.RunId, context.EffectKey).ConfigureAwait(false),
                    TaskConfig.Minimal
                ),
                "ship",
                "done"
            ),
            _ => With(bare.RegisterTimer("rest", TimeSpan.FromHours(1), "more"), "more", "done"),
        };

        Workflow<string> With(Workflow<string> workflow, string state, string next) =>
            workflow.Register(
                state,
                async (context, token) =>
                {
                    await bodies.PassAsync(this, context.RunId, state, token).ConfigureAwait(false);
                    return next;
                },
                TaskConfig.Minimal
            );
    }
}
