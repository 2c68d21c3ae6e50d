namespace Cano.Reliability.Starts;

internal enum DeedKind
{
    Start,
    GetOrStart,
    Retry,
    Cancel,
    Forget,

    /// <summary>Of the whole engine, as what follows.</summary>
    Suspend,
    Resume,

    /// <summary>The clock moves on.</summary>
    Wait,

    /// <summary>The body that the run has open comes to its end.</summary>
    Let,

    /// <summary>What undoes the run's step is broken, or mended.</summary>
    Break,
}

/// <summary>What is done to a run, or to its engine.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">The run; null: all of them.</param>
/// <param name="Plot">Of a start.</param>
/// <param name="Goes">Of a body, whether it ends well; of what undoes, whether it works.</param>
internal sealed record Deed(DeedKind Kind, string? Id, Plot Plot = Plot.Chain, bool Goes = true)
{
    /// <summary>How far the clock moves at once.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMinutes(40);

    /// <summary>Of a body, the one that was let go; null: none was open.</summary>
    public string? Body { get; init; }

    public override string ToString() =>
        Kind switch
        {
            DeedKind.Start or DeedKind.GetOrStart => $"{Kind}({Id}, {Plot})",
            DeedKind.Let => $"Let({Id}, {Body ?? "none"}{(Goes ? "" : " fails")})",
            DeedKind.Break => $"{(Goes ? "Mend" : "Break")}({Id})",
            _ => Id is null ? Kind.ToString() : $"{Kind}({Id})",
        };
}
