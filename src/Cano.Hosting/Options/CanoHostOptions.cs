namespace Cano;

/// <summary>What a host runs its engine with. The section "Cano" of its configuration gives what code does
/// not.</summary>
/// <remarks>Checked when the host starts; <see cref="Engine"/> is given by code alone.</remarks>
public sealed class CanoHostOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Cano";

    /// <summary>The directory of the embedded journal; null: runs live as long as the process, unless code
    /// gives a store.</summary>
    public string? Journal { get; set; }

    /// <summary>How long ended runs are kept whose workflow does not say so itself: "clear", "keep",
    /// "7.00:00:00", "last 1000"; 7 days unless given.</summary>
    public Retention? Retention { get; set; }

    /// <summary>Whether runs that the last process left are gone on with, in the background, when the host
    /// has started; they are unless given.</summary>
    public bool ResumeOnStart { get; set; } = true;

    /// <summary>How many of them work at once, at least 1; 16 unless given.</summary>
    public int ResumeConcurrency { get; set; } = 16;

    /// <summary>How long, not negative and less than the host's own shutdown timeout, bodies are awaited when
    /// the host stops; 5 s unless given.</summary>
    public TimeSpan SuspendGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What else the engine runs with. Clock, loggers, codec and observers come from the container
    /// where they are not given here; both sets of observers are told.</summary>
    public CanoEngineOptions? Engine { get; set; }

    /// <summary>The journal that the configuration names.</summary>
    internal string? ConfiguredJournal { get; set; }

    /// <summary>The retention that the configuration names.</summary>
    internal Retention? ConfiguredRetention { get; set; }

    /// <summary>What the configuration says that cannot be read.</summary>
    internal List<string> Unread { get; } = [];
}
