using Xunit.Abstractions;

namespace Cano.Integration.Resilience;

/// <summary>Random walks, each beside a naive reference. CANO_SEED replays an earlier run, whose seed was
/// printed.</summary>
internal sealed class Walks(ITestOutputHelper output, int walks)
{
    private const double ShareMin = 0.05;

    private readonly Dictionary<string, int> _met = [];

    /// <summary>Takes every walk; each of the cases must be met in at least a twentieth of them.</summary>
    public void Take(string[] cases, Action<Random, Action<string>> walk)
    {
        var text = Environment.GetEnvironmentVariable("CANO_SEED");
        var first = int.TryParse(text, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"CANO_SEED={first} walks={walks}");
        for (var n = 0; n < walks; n++)
        {
            var met = new HashSet<string>();
            walk(new Random(unchecked(first + n)), name => met.Add(name));
            foreach (var name in met)
                _met[name] = _met.GetValueOrDefault(name) + 1;
        }

        foreach (var (name, count) in _met)
            output.WriteLine($"{100.0 * count / walks, 5:F1} % {name}");
        Assert.DoesNotContain(cases, name => _met.GetValueOrDefault(name) < ShareMin * walks);
    }
}
