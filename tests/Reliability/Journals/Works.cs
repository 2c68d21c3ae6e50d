namespace Cano.Reliability.Journals;

/// <summary>Does one script for every so many trials.</summary>
/// <param name="trials">The trials.</param>
/// <param name="each">How many of them share a script.</param>
/// <param name="closes">Whether the journal is closed at the end; null: in every other work.</param>
internal sealed class Works(Trials trials, int each, bool? closes)
{
    private const int Deeds = 40;

    private int _first = -1;
    private Work? _work;

    public async Task<Work> ForAsync(int trial)
    {
        var first = trial - (trial % each);
        if (_work is null || first != _first)
        {
            var chance = trials.Chance(first);
            var script = Script.Draw(chance, Deeds);
            var isClosed = closes ?? chance.Next(2) == 0;
            _work = await Trial.RunAsync(
                trials,
                first,
                "a sound disk",
                () => Work.DoneAsync(script, isClosed)
            );
            _first = first;
        }

        return _work;
    }
}
