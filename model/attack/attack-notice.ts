/** MITRE's copyright designation for ATT&CK. */
export const attackCopyright =
  '© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.';

/** The licence under which names and tactics of ATT&CK are used here; it asks for its own text and the designation in every copy. */
export const attackLicence =
  "The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use ATT&CK® for research, development, and commercial purposes. Any copy you make for such purposes is authorized provided that you reproduce MITRE's copyright designation and this license in any such copy.";
