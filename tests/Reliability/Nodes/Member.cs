using Cano.Testing;

namespace Cano.Reliability.Nodes;

/// <summary>One engine of several on a store.</summary>
/// <param name="name">What it is known by.</param>
/// <param name="link">Its way to the store.</param>
/// <param name="told">Hears what its bodies do.</param>
/// <param name="time">The clock that they wait on.</param>
/// <param name="lease">How long it may keep silent.</param>
internal sealed class Member(string name, ToldLink link, Told told, VirtualTime time, TimeSpan lease)
{
    public static readonly Signal Go = new("go");

    private volatile bool _wasDisturbed;

    public string Name => name;

    public CanoEngine Engine { get; private set; } = null!;

    public Workflow<string> Orders { get; private set; } = null!;

    public bool IsSuspended { get; private set; }

    /// <summary>It was cut off, or slow, or is dead: others may take what it has.</summary>
    public bool WasDisturbed => _wasDisturbed;

    /// <summary>Its process would be gone: whatever it begins does not count.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether the pool came to a run's body only when a lease had passed since the store last said
    /// that the run is this node's, or that the node lives: as a process does that was paused, it cannot know
    /// better, and its fence is refused.</summary>
    public bool WasPaused(string run) => link.SinceAnswered(run) >= lease || link.SinceBeat >= lease;

    public async Task OpenAsync()
    {
        Orders = Made(lease / 3);
        Engine = await CanoEngine.OpenAsync(
            link,
            new CanoEngineOptions
            {
                TimeProvider = time,
                NodeName = name,
                Lease = lease,
                // Bodies stop when they are told to, however late the pool comes to them.
                StopGrace = lease * 100,
                Retention = Retention.Keep,
            }
        );
        Engine.Add(Orders);
    }

    public void Cut()
    {
        _wasDisturbed = true;
        link.IsCut = true;
    }

    public void Die()
    {
        IsDead = true;
        Cut();
    }

    public void Slow()
    {
        _wasDisturbed = true;
        link.IsSlow = true;
    }

    public void Mend() => link.Mend();

    /// <summary>It reaches the store.</summary>
    public bool IsReaching => !link.IsCut;

    /// <summary>The store fails by itself: what it was asked it does, and says no more. The node is as any
    /// other, and keeps what it has.</summary>
    public void StoreFails() => link.LosesAnswers = true;

    /// <summary>The store is not there.</summary>
    public void StoreIsDown() => (link.LosesAnswers, link.IsCut) = (false, true);

    /// <summary>The store is there again.</summary>
    public void StoreIsBack() => link.IsCut = false;

    public Task SuspendAsync()
    {
        // From here on another may take up what a body here still works on.
        _wasDisturbed = true;
        IsSuspended = true;
        return Engine.SuspendAsync();
    }

    public async Task ResumeAsync()
    {
        IsSuspended = false;
        await foreach (var _ in Engine.ResumeAsync()) { }
    }

    /// <summary>Pays, waits as its id says, ships; some are declined at the end, and what was paid is
    /// undone.</summary>
    private Workflow<string> Made(TimeSpan beat) => Waiting(beat, Working(beat));

    /// <summary>Those whose ids begin with a `t` doze, some for very long; with a `w` they wait to be told,
    /// and with a `p` for a child.</summary>
    private Workflow<string> Waiting(TimeSpan beat, Workflow<string> working) =>
        working
            .Register(
                "rest",
                context =>
                    context.RunId[0] switch
                    {
                        't' => context.RunId.Length % 2 == 0 ? "doze" : "sleep",
                        'w' => "listen",
                        'p' => "pack",
                        _ => "ship",
                    },
                TaskConfig.Minimal
            )
            .RegisterTimer("doze", beat * 2, "ship")
            .RegisterTimer("sleep", beat * 70, "ship")
            .RegisterWait("listen", Wait.For<string>().On(Go, "ship"))
            .RegisterChild("pack", Packing(beat), "doze", (_, _) => "ship");

    private Workflow<string> Packing(TimeSpan beat) =>
        Workflow
            .Bare<string>()
            .WithName("parcels")
            .RegisterTimer("doze", beat * 3, "pack")
            .Register(
                "pack",
                async (context, token) =>
                {
                    using var working = told.Work(context.RunId, this);
                    await Task.Delay(beat, time, token);
                    return "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done");

    private Workflow<string> Working(TimeSpan beat) =>
        Workflow
            .Bare<string>()
            .WithName("orders")
            .RegisterWithCompensation<string>(
                "pay",
                async (context, token) =>
                {
                    using var working = told.Work(context.RunId, this);
                    told.Charge(context.RunId, context.EffectKey);
                    await Task.Delay(beat * (context.RunId.Length % 4), time, token);
                    return ("rest", context.EffectKey);
                },
                async (context, _, token) =>
                {
                    using var working = told.Work(context.RunId, this);
                    await Task.Delay(beat, time, token);
                },
                TaskConfig.Minimal
            )
            .Register(
                "ship",
                async (context, token) =>
                {
                    using var working = told.Work(context.RunId, this);
                    await Task.Delay(beat * (1 + (context.RunId.Length % 5)), time, token);
                    return context.RunId.EndsWith('x')
                        ? throw new InvalidOperationException("declined")
                        : "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done");
}
