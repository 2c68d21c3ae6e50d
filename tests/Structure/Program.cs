using Cano.Structure;

// Draws which folder names which, project by project. Fails when there is a knot.
var pictures = Pictures.All().ToList();
foreach (var line in pictures.SelectMany(picture => picture.Lines()))
    Console.WriteLine(line);
return pictures.Any(picture => picture.Knots.Count > 0) ? 1 : 0;
