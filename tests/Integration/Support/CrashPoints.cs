using Cano.Testing;

namespace Cano.Integration;

/// <summary>The places at which a store may die.</summary>
internal static class CrashPoints
{
    /// <summary>Before and after each append from the first, counted from 1, to the last.</summary>
    public static TheoryData<int, CrashPoint> Of(int first, int last)
    {
        var points = new TheoryData<int, CrashPoint>();
        for (var append = first; append <= last; append++)
        {
            points.Add(append, CrashPoint.BeforeAppend);
            points.Add(append, CrashPoint.AfterAppend);
        }

        return points;
    }
}
