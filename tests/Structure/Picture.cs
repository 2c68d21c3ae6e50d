namespace Cano.Structure;

/// <summary>The folders of one project and the arrows between them.</summary>
internal sealed class Picture
{
    private readonly Dictionary<string, SortedSet<string>> _targets = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Arrow> _arrows;

    /// <param name="project">The project's name.</param>
    /// <param name="files">Its files.</param>
    /// <param name="arrows">The arrows between its files.</param>
    public Picture(string project, IEnumerable<SourceFile> files, IReadOnlyList<Arrow> arrows)
    {
        Project = project;
        _arrows = arrows;
        foreach (var file in files)
            _targets.TryAdd(file.Folder, new(StringComparer.Ordinal));
        foreach (var arrow in arrows)
        {
            var (from, to) = (SourceFile.FolderOf(arrow.From), SourceFile.FolderOf(arrow.To));
            if (from != to)
                _targets[from].Add(to);
        }

        Knots = [.. Components().Where(component => component.Count > 1)];
    }

    public string Project { get; }

    /// <summary>The groups of folders in which each is reached from each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Knots { get; }

    /// <summary>The folders by height, the lowest first: a line for each, with what it names. Then the knots,
    /// with an example of each arrow that ties them.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Project}: {_targets.Count} folders, {_targets.Values.Sum(targets => targets.Count)} arrows, {Knots.Count} knots";
        foreach (var folder in Components().SelectMany(component => component))
            yield return _targets[folder] is { Count: > 0 } targets
                ? $"  {folder} → {string.Join(", ", targets)}"
                : $"  {folder}";
        foreach (var knot in Knots)
        {
            yield return $"  KNOT of {string.Join(", ", knot)}";
            foreach (var tie in Ties(knot))
                yield return $"    {tie.From} → {tie.To}: {tie.Name}";
        }
    }

    private IEnumerable<Arrow> Ties(IReadOnlyList<string> knot) =>
        from arrow in _arrows
        let source = SourceFile.FolderOf(arrow.From)
        let target = SourceFile.FolderOf(arrow.To)
        where source != target && knot.Contains(source) && knot.Contains(target)
        group arrow by (arrow.From, arrow.To) into same
        orderby same.Key
        select same.First();

    /// <summary>The strongly connected components, each after all that it names (Tarjan).</summary>
    private List<IReadOnlyList<string>> Components()
    {
        var components = new List<IReadOnlyList<string>>();
        var (index, low) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var open = new Stack<string>();
        foreach (var folder in _targets.Keys.Order(StringComparer.Ordinal))
        {
            if (!index.ContainsKey(folder))
                Visit(folder);
        }

        return components;

        void Visit(string folder)
        {
            index[folder] = low[folder] = index.Count;
            open.Push(folder);
            foreach (var target in _targets[folder])
            {
                if (!index.ContainsKey(target))
                    Visit(target);
                if (open.Contains(target))
                    low[folder] = Math.Min(low[folder], low[target]);
            }

            if (low[folder] != index[folder])
                return;
            var component = new List<string>();
            do component.Add(open.Pop());
            while (component[^1] != folder);
            component.Sort(StringComparer.Ordinal);
            components.Add(component);
        }
    }
}
