using System.Globalization;

namespace Cano.Reliability;

/// <summary>How many of a row's trials met each feature: a proof is worth what it has met.</summary>
internal sealed class Shares
{
    private readonly Dictionary<string, int> _met = [];
    private int _trials;

    /// <summary>Counts one trial's features.</summary>
    public void Add(IEnumerable<Tuple<string, bool>> features)
    {
        _trials++;
        foreach (var (name, isMet) in features)
            _met[name] = _met.GetValueOrDefault(name) + (isMet ? 1 : 0);
    }

    /// <summary>Throws when a feature was met by fewer trials than this share of them.</summary>
    public void RequireEach(double min)
    {
        var rare = _met.Where(feature => feature.Value < min * _trials).Select(Told).ToArray();
        Broken.Unless(rare.Length == 0, $"too rarely met: {string.Join(", ", rare)}");
    }

    /// <summary>Each feature with its share, the most frequent first.</summary>
    public override string ToString() =>
        string.Join(", ", _met.OrderByDescending(feature => feature.Value).Select(Told));

    private string Told(KeyValuePair<string, int> feature) =>
        string.Create(CultureInfo.InvariantCulture, $"{feature.Key} {100.0 * feature.Value / _trials:F1} %");
}
