// From when on labels are too many to be seen at once: then they scroll and can be searched.
import type { Label } from '../../../../shared/domain';

export const areMany = (labels: readonly Label[]): boolean => labels.length > 12;
