using Cano.Kernel;

namespace Cano;

/// <summary>Answers of a poll.</summary>
public static class PollOutcome
{
    /// <summary>It is ready; this state follows.</summary>
    public static PollOutcome<TState> Ready<TState>(TState state) => new(state);

    /// <summary>Not yet; ask again after the delay, which is not negative, at once when it is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static PollPending Pending(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new PollPending(delay);
    }
}

/// <summary>Not ready yet.</summary>
/// <param name="Delay">How long to wait before the next poll.</param>
public readonly record struct PollPending(TimeSpan Delay)
{
    /// <summary>As its maker is called: "Pending(5 s)".</summary>
    public override string ToString() => $"Pending({Words.Span(Delay)})";
}

/// <summary>Ready with the next state, or pending.</summary>
public readonly record struct PollOutcome<TState>
{
    internal PollOutcome(TState state)
    {
        State = state;
        IsReady = true;
    }

    private PollOutcome(PollPending pending)
    {
        Delay = pending.Delay;
        IsPending = true;
    }

    internal bool IsReady { get; }

    /// <summary>False, like <see cref="IsReady"/>, of <c>default</c>.</summary>
    internal bool IsPending { get; }

    internal TState? State { get; }

    internal TimeSpan Delay { get; }

    /// <summary>Lets a poll return <see cref="PollOutcome.Pending"/>.</summary>
    public static implicit operator PollOutcome<TState>(PollPending p) => new(p);

    /// <summary>As its maker is called: "Ready(Shipped)", "Pending(5 s)".</summary>
    public override string ToString() =>
        IsReady ? $"Ready({State})"
        : IsPending ? new PollPending(Delay).ToString()
        : "no answer";
}
