using Cano.Reliability.Conformance;

namespace Cano.Reliability.Rows;

/// <summary>Every behaviour has its sentence and its tests, or says why it has none.</summary>
internal static class ConformanceRow
{
    public static ScoreRow Row { get; } =
        new(
            13,
            "conformance",
            "every behaviour has a sentence and tests that carry its ID, or is replaced, or excused",
            QuickCount: 1,
            FullCount: 1,
            _ => Task.FromResult(Count())
        );

    private static string Count()
    {
        var behaviours = BehaviourList.Read();
        var tests = TestList.Read();
        var carriers = tests
            .SelectMany(test => test.Ids.Select(id => (Id: id, Test: test.Name)))
            .ToLookup(carried => carried.Id, carried => carried.Test);
        foreach (var behaviour in behaviours)
            Console.WriteLine(Line(behaviour, carriers));
        var problems = Problems(behaviours, tests, carriers).ToList();
        Broken.Unless(problems.Count == 0, string.Join("; ", problems));

        return $"{behaviours.Count} behaviours: {behaviours.Count(behaviour => !behaviour.IsLeft)} covered by {tests.Count} tests, "
            + $"{behaviours.Count(behaviour => behaviour.ReplacedBy is not null)} replaced, "
            + $"{behaviours.Count(behaviour => behaviour.Excuse is not null)} later or moot, 0 missing";
    }

    private static IEnumerable<string> Problems(
        IReadOnlyList<Behaviour> behaviours,
        IReadOnlyList<CountedTest> tests,
        ILookup<string, string> carriers
    )
    {
        var known = behaviours.Select(behaviour => behaviour.Id).ToHashSet();
        foreach (var id in Repeated(behaviours.Select(behaviour => behaviour.Id)))
            yield return $"{id} has two sentences";
        foreach (var sentence in Repeated(behaviours.Select(behaviour => behaviour.Sentence)))
            yield return $"a sentence stands twice: {sentence}";
        foreach (var behaviour in behaviours)
        {
            var isCarried = carriers.Contains(behaviour.Id);
            if (!behaviour.IsLeft && !isCarried)
                yield return $"{behaviour.Id} has no test";
            if (behaviour.IsLeft && isCarried)
                yield return $"{behaviour.Id} has a test by now: strike its mark";
            if (behaviour.ReplacedBy is { } by && !known.Contains(by))
                yield return $"{behaviour.Id} is replaced by {by}, which has no sentence";
        }

        foreach (var carried in carriers.Where(carried => !known.Contains(carried.Key)))
            yield return $"{carried.Key} has no sentence and is carried by '{carried.First()}'";
        foreach (var test in tests)
        foreach (var id in Repeated(test.Ids))
            yield return $"{id} is carried twice by '{test.Name}'";
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> texts) =>
        texts.GroupBy(text => text).Where(group => group.Count() > 1).Select(group => group.Key);

    private static string Line(Behaviour behaviour, ILookup<string, string> carriers)
    {
        var count = carriers[behaviour.Id].Count();
        var note = behaviour switch
        {
            { ReplacedBy: { } by } => $"replaced by {by}",
            { Excuse: { } excuse } => excuse,
            _ => count switch
            {
                0 => "MISSING",
                1 => "1 test",
                _ => $"{count} tests",
            },
        };
        return $"{behaviour.Id, -4} {behaviour.Sentence} ({note})";
    }
}
