using static System.FormattableString;

namespace Cano;

/// <summary>How far a body is.</summary>
/// <param name="Done">How much is done; from 0 to 1 when there is no unit.</param>
/// <param name="Total">How much there is to do; null when it is not known.</param>
/// <param name="Unit">What is counted; null for a fraction.</param>
public sealed record RunProgress(double Done, double? Total, string? Unit)
{
    /// <summary>"3 of 8 files", or "40 %".</summary>
    public override string ToString() =>
        Unit is null ? Invariant($"{Done * 100:0} %")
        : Total is { } total ? Invariant($"{Done} of {total} {Unit}")
        : Invariant($"{Done} {Unit}");
}
