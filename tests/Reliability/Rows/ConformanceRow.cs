using Cano.Reliability.Conformance;
namespace Cano.Reliability.Rows;

/// <summary>Every behaviour is covered by a test, replaced by another one, or has its reason to wait.</summary>
internal static class ConformanceRow
{
    public static ScoreRow Row { get; } =
        new(
            13,
            "conformance",
            "every behaviour is covered by tests that carry its ID, or replaced, or excused",
            QuickCount: 1,
            FullCount: 1,
            _ => Task.FromResult(Count())
        );

    private static string Count()
    {
        var behaviours = ConformanceList.Read();
        var tests = TestList.Read();
        var byId = tests
            .SelectMany(test => test.Ids.Distinct().Select(id => (Id: id, Test: test.Name)))
            .ToLookup(found => found.Id, found => found.Test);
        var known = behaviours.Select(behaviour => behaviour.Id).ToHashSet();
        var problems = behaviours.Select(behaviour => ProblemOf(behaviour, byId, known)).OfType<string>().ToList();
        var strangers = byId.Where(found => !known.Contains(found.Key));
        problems.AddRange(strangers.Select(found => $"{found.Key} is carried by a test and not in the list"));
        foreach (var behaviour in behaviours) Console.WriteLine(Line(behaviour, byId));
        Broken.Unless(problems.Count == 0, string.Join("; ", problems));

        var covered = behaviours.Count(behaviour => byId.Contains(behaviour.Id));
        var left = behaviours.Where(behaviour => !byId.Contains(behaviour.Id)).ToList();
        var stale = behaviours.Where(behaviour => behaviour.Excuse is not null && byId.Contains(behaviour.Id)).ToList();
        if (stale.Count > 0)
            Console.WriteLine($"covered by now, strike the excuse: {string.Join(", ", stale.Select(one => one.Id))}");
        return $"{behaviours.Count} behaviours: {covered} covered by {tests.Count} tests, "
            + $"{left.Count(behaviour => behaviour.ReplacedBy is not null)} replaced and not covered themselves, "
            + $"{left.Count(behaviour => behaviour.Excuse is not null)} later or moot, 0 missing";
    }

    /// <summary>Null when all is well. What replaces a behaviour is covered itself, or excused.</summary>
    private static string? ProblemOf(Behaviour behaviour, ILookup<string, string> byId, HashSet<string> known)
    {
        if (behaviour.ReplacedBy is { } by && !known.Contains(by))
            return $"{behaviour.Id} is replaced by {by}, which is not in the list";
        var isLeft = behaviour.ReplacedBy is null && behaviour.Excuse is null;
        if (isLeft && !byId.Contains(behaviour.Id)) return $"{behaviour.Id} is missing";
        return null;
    }

    private static string Line(Behaviour behaviour, ILookup<string, string> byId)
    {
        var notes = new List<string>();
        if (byId[behaviour.Id].ToList() is [var first, .. var more])
            notes.Add(more.Count == 0 ? first : $"{first} and {more.Count} more");
        if (behaviour.ReplacedBy is { } by) notes.Add($"replaced by {by}");
        if (behaviour.Excuse is { } excuse) notes.Add(excuse);
        return $"{behaviour.Id,-4} {behaviour.Title}: {(notes.Count == 0 ? "MISSING" : string.Join("; ", notes))}";
    }
}
