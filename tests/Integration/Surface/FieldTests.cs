using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>No field of a public value is forgotten: changed alone, it makes an unequal value with another
/// text, or it stands in <see cref="LeftOut"/> with the reason.</summary>
public sealed class FieldTests
{
    [Fact]
    public void A_value_with_another_content_of_one_field_is_another_value() =>
        Same(
            LeftOut.Compared,
            Forgotten((value, changed) => value.Equals(changed), all => all.Any(same => same))
        );

    [Fact]
    public void A_value_with_another_content_of_one_field_says_so() =>
        Same(
            LeftOut.Told,
            Forgotten((value, changed) => $"{value}" == $"{changed}", all => all.All(same => same))
        );

    [Fact]
    public void Every_field_of_a_value_can_be_changed()
    {
        var tried =
            from value in Sampled()
            from field in Mutations.Fields(value.GetType())
            group Mutations.Changed(value, field) by Key(field);
        Assert.Empty(tried.Where(field => field.All(changed => changed is null)).Select(field => field.Key));
    }

    [Fact]
    public void Values_with_lists_of_the_same_items_are_equal()
    {
        foreach (var value in Sampled())
        foreach (var (field, copy) in Mutations.Relisted(value))
        {
            Assert.True(value.Equals(copy), $"{Key(field)} is compared by the object that holds the items");
            Assert.Equal(value.GetHashCode(), copy.GetHashCode());
        }
    }

    private static void Same(IReadOnlyDictionary<string, string> listed, IEnumerable<string> found)
    {
        string[] all = [.. found];
        var forgotten = all.Except(listed.Keys).Select(field => $"{field} is forgotten");
        var stale = listed.Keys.Except(all).Select(field => $"{field} is listed, and not left out");
        Assert.True(all.ToHashSet().SetEquals(listed.Keys), string.Join('\n', forgotten.Concat(stale)));
    }

    private static IEnumerable<object> Sampled() =>
        PublicTypes.Values.Where(type => !type.IsNested).SelectMany(Samples.Of);

    private static IEnumerable<string> Forgotten(
        Func<object, object, bool> isSame,
        Func<IEnumerable<bool>, bool> isForgotten
    ) =>
        from value in Sampled()
        from field in Mutations.Fields(value.GetType())
        let changed = Mutations.Changed(value, field)
        where changed is not null
        group isSame(value, changed) by Key(field) into compared
        where isForgotten(compared)
        select compared.Key;

    private static string Key(FieldInfo field)
    {
        var type = field.DeclaringType!.FullName!.Split('[')[0];
        return $"{type.Replace("Cano.", "", StringComparison.Ordinal).Replace('+', '.')}.{Mutations.Named(field)}";
    }
}
