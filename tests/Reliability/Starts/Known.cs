namespace Cano.Reliability.Starts;

/// <summary>A run as the rules tell it.</summary>
internal sealed record Known(Plot Plot, string State)
{
    /// <summary>The claims without progress after which a run is set aside.</summary>
    public const int TriesMax = 3;

    /// <summary>How it ended; null: it has not.</summary>
    public RunStatus? Ended { get; init; }

    /// <summary>What it is once all is undone; null: it goes forward.</summary>
    public RunStatus? Undoing { get; init; }

    /// <summary>There is something to undo.</summary>
    public bool IsPaid { get; init; }

    /// <summary>It could not be undone.</summary>
    public bool IsStuck { get; init; }

    /// <summary>When its wait is over.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The engine works on it, or watches its wait.</summary>
    public bool IsWorked { get; init; }

    /// <summary>Who works on it is told to rest.</summary>
    public bool IsResting { get; init; }

    /// <summary>Whoever worked on it died, and the store does not know.</summary>
    public bool IsOrphan { get; init; }

    /// <summary>A request to stop lies in its inbox.</summary>
    public bool WantsCancel { get; init; }

    public int Tries { get; init; }

    /// <summary>The body that is open; null when none is.</summary>
    public string? Body =>
        !IsWorked || Ended is not null ? null
        : Undoing is not null || State is "pay" or "rest" ? null
        : State;

    public RunStatus Status =>
        Ended
        ?? (
            Tries >= TriesMax ? RunStatus.Quarantined
            : Undoing is not null ? RunStatus.RollingBack
            : Due is not null ? RunStatus.Waiting
            : IsWorked || IsOrphan ? RunStatus.Running
            : RunStatus.Suspended
        );

    /// <summary>One that begins.</summary>
    public static Known Of(Plot plot) =>
        new(
            plot,
            plot switch
            {
                Plot.Chain => "work",
                Plot.Saga => "pay",
                _ => "rest",
            }
        )
        {
            IsWorked = true,
        };

    /// <summary>After the next thing that it does by itself.</summary>
    public Known Next(DateTimeOffset now, bool undoFails) =>
        !IsWorked || Ended is not null ? this
        : Undoing is { } undone
            ? IsStuck ? End(RunStatus.RollbackFailed)
                : IsPaid ? Undone(undoFails)
                : End(undone)
        : State == "pay" ? this with { State = IsPaid ? "ship" : "pay", IsPaid = true, Tries = 0 }
        : State == "rest" && Due is null ? this with { Due = now + TimeSpan.FromHours(1), Tries = 0 }
        : Due <= now ? this with { State = "more", Due = null, Tries = 0 }
        : this;

    /// <summary>Somebody goes on with it.</summary>
    public Known TakenUp() =>
        Ended is not null || IsWorked
            ? this
            : (this with { IsWorked = true, IsOrphan = false, Tries = Due is null ? Tries + 1 : 0 }).Told();

    /// <summary>Who works on it looks into its inbox.</summary>
    public Known Told() =>
        !WantsCancel ? this
        : Undoing is not null ? this with { WantsCancel = false }
        : this with { WantsCancel = false, Undoing = RunStatus.Cancelled, Due = null, Tries = 0 };

    /// <summary>Nobody works on it any more, in order.</summary>
    public Known Rested() => IsWorked ? this with { IsWorked = false, IsResting = false, Tries = 0 } : this;

    /// <summary>Whoever worked on it has died.</summary>
    public Known Orphaned() => this with { IsWorked = false, IsOrphan = IsOrphan || IsWorked };

    /// <summary>A body came to its end.</summary>
    public Known Answered(string body, bool goes) =>
        body != Body ? this
        : !goes ? (IsPaid ? this with { Undoing = RunStatus.RolledBack, Tries = 0 } : End(RunStatus.Failed))
        : body == "work" ? this with { State = "more", Tries = 0 }
        : End(RunStatus.Completed) with { State = "done" };

    /// <summary>It goes on although it had ended, or was set aside.</summary>
    public Known Retried() =>
        (this with { Ended = null, IsStuck = false, Tries = Undoing is null ? 0 : -1 }).TakenUp();

    private Known Undone(bool fails) =>
        fails ? this with { IsStuck = true, Tries = 0 } : this with { IsPaid = false, Tries = 0 };

    private Known End(RunStatus status) =>
        this with
        {
            Ended = status,
            IsWorked = false,
            IsResting = false,
            WantsCancel = false,
            Due = null,
            Tries = 0,
        };
}
