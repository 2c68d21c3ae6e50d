using Cano.Kernel;

namespace Cano;

/// <summary>How failures slow a flow down: it waits `Initial`, then longer with each further failure in a
/// row, up to `Max`; after so many it may trip.</summary>
/// <remarks>It lives here and not in the kernel, because an F# record offers no object initialiser and no
/// `with` to C#; the kernel reads it as <see cref="IBackoff"/>. Figures that make no sense count as the
/// nearest ones that do.</remarks>
public sealed record BackoffPolicy : IBackoff
{
    /// <summary>The wait after the first failure; 1 s unless given.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How the wait grows with each further failure in a row; 2 unless given.</summary>
    public double Multiplier { get; init; } = 2;

    /// <summary>The longest wait, jitter included; 5 minutes unless given.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The part of itself by which a wait varies in both directions, 0 to 1; a tenth unless
    /// given.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>After so many failures in a row the flow is not started until it is reset; 0 trips at the
    /// first failure, null never.</summary>
    public int? TripAfter { get; init; }

    /// <summary>What it says, in order: "1 s, times 2 up to 5 min, jitter 0.1, trips after 3".</summary>
    public override string ToString()
    {
        var waits =
            $"{Words.Span(Initial)}, times {Words.Number(Multiplier)} up to {Words.Span(Max)}, jitter {Words.Number(Jitter)}";
        return TripAfter is { } failures ? $"{waits}, trips after {failures}" : waits;
    }
}
