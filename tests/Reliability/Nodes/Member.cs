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
    /// that the run is this node's: as a process does that was paused, it cannot know better, and its fence
    /// is refused.</summary>
    public bool WasPaused(string run) => link.SinceAnswered(run) >= lease;

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

    /// <summary>Pays, waits, ships; some are declined at the end, and what was paid is undone.</summary>
    private Workflow<string> Made(TimeSpan beat) =>
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
            .Register("rest", _ => "ship", TaskConfig.Minimal)
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
