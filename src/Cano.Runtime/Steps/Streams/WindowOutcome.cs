namespace Cano;

/// <summary>Answers of a flushed window.</summary>
public static class WindowOutcome
{
    /// <summary>Read on.</summary>
    public static WindowContinue Continue => default;

    /// <summary>Stop reading; this state follows.</summary>
    public static WindowOutcome<TState> Stop<TState>(TState state) => new(state);
}

/// <summary>Read on.</summary>
public readonly record struct WindowContinue
{
    /// <summary>"Continue".</summary>
    public override string ToString() => nameof(WindowOutcome.Continue);
}

/// <summary>Read on, or stop with the next state.</summary>
public readonly record struct WindowOutcome<TState>
{
    internal WindowOutcome(TState state)
    {
        State = state;
        IsStop = true;
    }

    internal bool IsStop { get; }

    internal TState? State { get; }

    /// <summary>Lets a flush return <see cref="WindowOutcome.Continue"/>.</summary>
    public static implicit operator WindowOutcome<TState>(WindowContinue c) => default;

    /// <summary>As its maker is called: "Continue", "Stop(Done)".</summary>
    public override string ToString() => IsStop ? $"Stop({State})" : default(WindowContinue).ToString();
}
